using System.Net;
using PxxlPeriscope.Http;

namespace PxxlPeriscope.Tests;

/// <summary>Teams, and asking for one in a single call.</summary>
public sealed class TeamsTests
{
    [Fact]
    public async Task A_team_tells_its_figures_and_nothing_where_the_service_says_nothing()
    {
        await using var world = await World.StartAsync();

        var team = Assert.Single(await world.Pxxl.GetTeamsAsync(World.Ct));

        Assert.Equal((world.Sandbox.Data.TeamId, "Harbour Labs", "owner"), (team.Id, team.Name, team.MyRole));
        Assert.Equal((3L, 2L, null), (team.TotalMembers, team.TotalProjects, team.TotalDatabases));
        Assert.Equal(team, await world.Pxxl.GetTeamAsync(team.Id, World.Ct));
    }

    [Fact]
    public async Task Another_team_s_lists_come_over_the_same_sockets()
    {
        var opened = 0;
        await using var world = await World.StartAsync();
        using var connection = new PxxlConnection(World.Settings(world.Sandbox.PxxlUri, world.Sandbox.PxxlKey, world.Clock), "a test", settings =>
        {
            opened++;
            return ResilientHttpClientSource.Open(settings);
        });

        var all = await new PxxlClient(connection).ListProjectsAsync(World.Ct).ToListAsync(World.Ct);
        using (var team = connection.ForTeam(world.Sandbox.Data.TeamId))
        {
            var projects = await new PxxlClient(team).ListProjectsAsync(World.Ct).ToListAsync(World.Ct);
            Assert.Equal((6, 2), (all.Count, projects.Count));
            Assert.Equal((connection.KeySource, connection.BaseUri), (team.KeySource, team.BaseUri));
        }

        // What was only lent is still there.
        Assert.Equal(6, (await new PxxlClient(connection).ListProjectsAsync(World.Ct).ToListAsync(World.Ct)).Count);
        Assert.Equal(1, opened);
    }

    [Fact]
    public async Task A_connection_for_a_team_knows_whose_key_it_is()
    {
        await using var world = await World.StartAsync();
        using var connection = new PxxlConnection(
            World.Settings(world.Sandbox.PxxlUri, world.Sandbox.PxxlKey, world.Clock), "a test", ResilientHttpClientSource.Open);
        var team = connection.ForTeam("team_1");

        connection.Account = await new PxxlClient(connection).GetAccountAsync(World.Ct);

        Assert.Equal(("ada@harbour-labs.example", "all", "team_2"), (team.Account!.Email, team.Scope, team.ForTeam("team_2").TeamId));
        Assert.Null(connection.TeamId);
    }

    [Fact]
    public async Task A_route_by_id_is_sent_a_team_only_where_the_team_was_chosen_for_that_call()
    {
        await using var world = await World.StartAsync();
        var team = world.Sandbox.Data.TeamId;
        using var connection = new PxxlConnection(
            World.Settings(world.Sandbox.PxxlUri, world.Sandbox.PxxlKey, world.Clock), "a test", ResilientHttpClientSource.Open, team);
        var id = world.Sandbox.Data.Projects[2].Id;

        await new PxxlClient(connection).GetProjectAsync(id, World.Ct);
        await new PxxlClient(connection.ForTeam(team)).GetProjectAsync(id, World.Ct);
        await new PxxlClient(connection).GetUsageAsync(World.Ct);

        Assert.Equal(["", $"?teamId={team}", $"?teamId={team}"], world.Sandbox.Requests.Select(request => request.Query));
    }

    [Fact]
    public async Task A_404_names_the_team_that_was_asked()
    {
        await using var world = await World.StartAsync();

        var failure = await Assert.ThrowsAsync<ServiceException>(() => world.PxxlWith(world.Sandbox.PxxlKey, "team_other").GetUsageAsync(World.Ct));

        Assert.Equal(FailureCause.NotFound, failure.Cause);
        Assert.Contains("not for this key and team 'team_other'", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"code":"X","message":"no","limit":10,"used":9,"requiredPlan":"Plus"}""", "X). 9 of 10 are used. The plan Plus allows it. It says: no.")]
    [InlineData("""{"code":"X","message":"no","limit":10,"current":10}""", "X). 10 of 10 are used. It says: no.")]
    [InlineData("""{"message":"no","limit":10}""", "403). The limit is 10. It says: no.")]
    [InlineData("""{"requiredPlan":"Plus"}""", "403). The plan Plus allows it.")]
    public async Task The_message_of_a_plan_limit_has_its_figures(string body, string expected)
    {
        var client = World.PxxlAbove(StubHandler.Saying(body, HttpStatusCode.Forbidden));

        var failure = await Assert.ThrowsAsync<ServiceException>(() => client.GetTeamsAsync(World.Ct));

        Assert.EndsWith(expected, failure.Message, StringComparison.Ordinal);
    }
}
