using System.Net;
using PxxlPeriscope.Http;
using PxxlPeriscope.Pxxl;

namespace PxxlPeriscope.Tests.Pxxl.Accounts;

/// <summary>Teams, and selecting one for a single call.</summary>
public sealed class TeamTests
{
    [Fact]
    public async Task A_team_tells_its_figures_and_nothing_where_the_service_says_nothing()
    {
        await using var fixture = await SandboxFixture.StartAsync();

        var team = Assert.Single(await fixture.Pxxl.GetTeamsAsync(SandboxFixture.Ct));

        Assert.Equal((fixture.Sandbox.Data.TeamId, "Harbour Labs", "owner"), (team.Id, team.Name, team.MyRole));
        Assert.Equal((3L, 2L, null), (team.TotalMembers, team.TotalProjects, team.TotalDatabases));
        Assert.Equal(team, await fixture.Pxxl.GetTeamAsync(team.Id, SandboxFixture.Ct));
    }

    [Fact]
    public async Task Another_team_s_lists_come_over_the_same_sockets()
    {
        var opened = 0;
        await using var fixture = await SandboxFixture.StartAsync();
        using var connection = new PxxlConnection(
            SandboxFixture.Settings(fixture.Sandbox.PxxlUri, fixture.Sandbox.PxxlKey, fixture.Clock),
            "a test",
            settings =>
            {
                opened++;
                return ResilientHttpClientSource.Open(settings);
            }
        );

        var all = await new PxxlClient(connection).ListProjectsAsync(SandboxFixture.Ct).ToListAsync(SandboxFixture.Ct);
        using (var team = connection.ForTeam(fixture.Sandbox.Data.TeamId))
        {
            var projects = await new PxxlClient(team).ListProjectsAsync(SandboxFixture.Ct).ToListAsync(SandboxFixture.Ct);
            Assert.Equal((6, 2), (all.Count, projects.Count));
            Assert.Equal((connection.KeySource, connection.BaseUri), (team.KeySource, team.BaseUri));
        }

        // Disposing the borrowed connection does not affect its owner.
        Assert.Equal(6, (await new PxxlClient(connection).ListProjectsAsync(SandboxFixture.Ct).ToListAsync(SandboxFixture.Ct)).Count);
        Assert.Equal(1, opened);
    }

    [Fact]
    public async Task A_connection_for_a_team_knows_whose_key_it_is()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        using var connection = new PxxlConnection(
            SandboxFixture.Settings(fixture.Sandbox.PxxlUri, fixture.Sandbox.PxxlKey, fixture.Clock),
            "a test",
            ResilientHttpClientSource.Open
        );
        var team = connection.ForTeam("team_1");

        connection.Account = await new PxxlClient(connection).GetAccountAsync(SandboxFixture.Ct);

        Assert.Equal(("ada@harbour-labs.example", "all", "team_2"), (team.Account!.Email, team.Scope, team.ForTeam("team_2").TeamId));
        Assert.Null(connection.TeamId);
    }

    [Fact]
    public async Task A_route_by_id_is_sent_a_team_only_where_the_team_was_chosen_for_that_call()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        var team = fixture.Sandbox.Data.TeamId;
        using var connection = new PxxlConnection(
            SandboxFixture.Settings(fixture.Sandbox.PxxlUri, fixture.Sandbox.PxxlKey, fixture.Clock),
            "a test",
            ResilientHttpClientSource.Open,
            team
        );
        var id = fixture.Sandbox.Data.Projects[2].Id;

        await new PxxlClient(connection).GetProjectAsync(id, SandboxFixture.Ct);
        await new PxxlClient(connection.ForTeam(team)).GetProjectAsync(id, SandboxFixture.Ct);
        await new PxxlClient(connection).GetUsageAsync(SandboxFixture.Ct);

        Assert.Equal(["", $"?teamId={team}", $"?teamId={team}"], fixture.Sandbox.Requests.Select(request => request.Query));
    }

    [Fact]
    public async Task A_404_names_the_requested_team()
    {
        await using var fixture = await SandboxFixture.StartAsync();

        var failure = await Assert.ThrowsAsync<ServiceException>(() =>
            fixture.PxxlWith(fixture.Sandbox.PxxlKey, "team_other").GetUsageAsync(SandboxFixture.Ct)
        );

        Assert.Equal(CallFailure.NotFound, failure.Cause);
        Assert.Contains("this key and team 'team_other' have no access to it", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        """{"code":"X","message":"no","limit":10,"used":9,"requiredPlan":"Plus"}""",
        "X). 9 of 10 are used. The plan Plus permits it. Service message: no."
    )]
    [InlineData("""{"code":"X","message":"no","limit":10,"current":10}""", "X). 10 of 10 are used. Service message: no.")]
    [InlineData("""{"message":"no","limit":10}""", "403). The limit is 10. Service message: no.")]
    [InlineData("""{"requiredPlan":"Plus"}""", "403). The plan Plus permits it.")]
    public async Task The_message_of_a_plan_limit_has_its_figures(string body, string expected)
    {
        var client = SandboxFixture.PxxlOver(StubHandler.Returning(body, HttpStatusCode.Forbidden));

        var failure = await Assert.ThrowsAsync<ServiceException>(() => client.GetTeamsAsync(SandboxFixture.Ct));

        Assert.EndsWith(expected, failure.Message, StringComparison.Ordinal);
    }
}
