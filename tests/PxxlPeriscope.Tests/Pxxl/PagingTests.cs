using System.Globalization;
using PxxlPeriscope.Sandbox;

namespace PxxlPeriscope.Tests;

/// <summary>Walking a list of pages that nobody promises anything about.</summary>
public sealed class PagingTests
{
    public static TheoryData<Paging> AllPagings => [.. Enum.GetValues<Paging>()];

    [Fact]
    public async Task Taking_five_of_ten_thousand_costs_one_request()
    {
        await using var world = await World.StartAsync(new() { Deployments = 10_000 });

        var taken = await world.Pxxl.ListDeploymentsAsync(new(), cancellationToken: World.Ct).Take(5).ToListAsync(World.Ct);

        Assert.Equal(world.Sandbox.Data.Deployments.Take(5).Select(row => row.Id), taken.Select(deployment => deployment.Id));
        Assert.Equal("?page=1&limit=100", Assert.Single(world.Sandbox.Requests).Query);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(99)]
    public async Task A_page_of_just_the_rows_that_are_wanted_is_the_only_one(int wanted)
    {
        // Not a sandbox: a request that is given up before it has left would not be seen there.
        var rows = string.Join(',', Enumerable.Range(0, wanted).Select(number => $$"""{"id":"dep_{{number}}"}"""));
        var end = StubHandler.Saying($$"""{"deployments":[{{rows}}],"total":10000}""");

        var taken = await World.PxxlAbove(end)
            .ListDeploymentsAsync(new DeploymentQuery { Wanted = (ulong)wanted }, cancellationToken: World.Ct)
            .Take(wanted).ToListAsync(World.Ct);

        Assert.Equal(wanted, taken.Count);
        Assert.Equal(1, end.Requests);
    }

    [Theory]
    [MemberData(nameof(AllPagings))]
    public async Task All_of_ten_thousand_cost_one_request_per_page(Paging paging)
    {
        await using var world = await World.StartAsync(new() { Deployments = 10_000, Shape = new() { Paging = paging } });

        var deployments = await world.DeploymentsAsync();

        Assert.Equal(world.Sandbox.Data.Deployments.Select(row => row.Id), deployments.Select(deployment => deployment.Id));
        // Where the answers hold no count at all, only an empty page tells that a full one was the last.
        Assert.Equal(paging == Paging.None ? 101 : 100, world.Sandbox.Requests.Count);
        Assert.Empty(world.Warnings);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(99, 1)]
    [InlineData(100, 1)]
    [InlineData(101, 2)]
    [InlineData(200, 2)]
    public async Task A_list_that_is_counted_costs_no_request_too_many(int deployments, int requests)
    {
        await using var world = await World.StartAsync(new() { Deployments = deployments });

        Assert.Equal(deployments, (await world.DeploymentsAsync()).Count);
        Assert.Equal(requests, world.Sandbox.Requests.Count);
    }

    [Theory]
    [MemberData(nameof(AllPagings))]
    public async Task Nothing_is_lost_or_doubled_when_deployments_are_added_during_the_walk(Paging paging)
    {
        await using var world = await World.StartAsync(new() { Deployments = 1000, Shape = new() { Paging = paging } });
        var before = world.Sandbox.Data.Deployments.Select(row => row.Id).ToList();
        var seen = new List<string>();

        await foreach (var deployment in world.Pxxl.ListDeploymentsAsync(new(), cancellationToken: World.Ct))
        {
            seen.Add(deployment.Id);
            if (seen.Count % 7 == 0 && seen.Count < 900)
            {
                world.Sandbox.Data.Add(New(world, seen.Count));
            }
        }

        Assert.Equal(seen.Distinct(), seen);
        Assert.Empty(before.Except(seen));
        Assert.Empty(world.Warnings);
    }

    [Theory]
    [MemberData(nameof(AllPagings))]
    public async Task A_service_with_smaller_pages_than_asked_for_gives_everything(Paging paging)
    {
        await using var world = await World.StartAsync(new() { Deployments = 210, Shape = new() { Paging = paging, ServerLimitCap = 20 } });

        var deployments = await world.DeploymentsAsync();

        Assert.Equal(world.Sandbox.Data.Deployments.Select(row => row.Id), deployments.Select(deployment => deployment.Id));
        Assert.Equal(11, world.Sandbox.Requests.Count);
    }

    [Theory]
    [InlineData("""{"deployments":[{"id":"dep_1"},{"id":"dep_2"}]}""", 0)]
    [InlineData("""[{"id":"dep_1"},{"id":"dep_2"}]""", 0)]
    [InlineData("""{"deployments":[{"id":"dep_1"},{"id":"dep_2"}],"total":500}""", 1)]
    [InlineData("""{"deployments":[{"id":"dep_1"},{"id":"dep_2"}],"totalPages":500}""", 1)]
    public async Task A_service_that_ignores_the_page_ends_the_walk_and_is_told_on_when_it_promised_more(string body, int warnings)
    {
        var told = new List<string>();
        var end = StubHandler.Saying(body);

        var deployments = await World.PxxlAbove(end, new CallLog { Warning = told.Add })
            .ListDeploymentsAsync(new(), cancellationToken: World.Ct).ToListAsync(World.Ct);

        Assert.Equal(["dep_1", "dep_2"], deployments.Select(deployment => deployment.Id));
        // Where more was announced, one page of repeats may be new rows at the top; a second one is not.
        Assert.Equal(warnings == 0 ? 2 : 3, end.Requests);
        Assert.Equal(warnings, told.Count);
    }

    [Fact]
    public async Task A_list_that_ends_before_its_announced_total_is_told_on()
    {
        var told = new List<string>();
        var end = StubHandler.InTurn(
            () => StubHandler.Answer("""{"deployments":[{"id":"dep_1"}],"total":3}"""),
            () => StubHandler.Answer("""{"deployments":[],"total":3}"""));

        var deployments = await World.PxxlAbove(end, new CallLog { Warning = told.Add })
            .ListDeploymentsAsync(new(), cancellationToken: World.Ct).ToListAsync(World.Ct);

        Assert.Single(deployments);
        Assert.Contains("3 rows were announced and 1 came", Assert.Single(told), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_of_projects_is_walked_too()
    {
        await using var world = await World.StartAsync(new() { Projects = 250, Deployments = 0 });

        var projects = await world.Pxxl.ListProjectsAsync(World.Ct).ToListAsync(World.Ct);

        Assert.Equal(world.Sandbox.Data.Projects.Select(project => project.Id), projects.Select(project => project.Id));
        Assert.Equal(3, world.Sandbox.Requests.Count);
    }

    [Fact]
    public async Task Nothing_more_is_asked_for_once_a_whole_page_is_too_old()
    {
        await using var world = await World.StartAsync(new() { Deployments = 0 });
        var now = world.Clock.GetUtcNow();
        world.Sandbox.Data.Replace(Enumerable.Range(0, 5000).Select(hour => New(world, hour) with { CreatedAt = now.AddHours(-hour) }));

        var deployments = await world.DeploymentsAsync(new() { Since = now.AddHours(-149) });

        Assert.Equal(150, deployments.Count);
        // The third page is the first that is older as a whole.
        Assert.Equal(3, world.Sandbox.Requests.Count);
    }

    [Fact]
    public async Task Rows_out_of_order_are_found_all_the_same()
    {
        await using var world = await World.StartAsync(new() { Deployments = 0 });
        var now = world.Clock.GetUtcNow();
        var rows = Enumerable.Range(0, 1000).Select(hour => New(world, hour) with { CreatedAt = now.AddHours(-hour) }).ToList();
        // A young one far down, and an old one at the very top.
        (rows[3], rows[250]) = (rows[250], rows[3]);
        world.Sandbox.Data.Replace(rows);

        var deployments = await world.DeploymentsAsync(new() { Since = now.AddHours(-100) });

        Assert.Equal(
            Enumerable.Range(0, 101).Select(hour => New(world, hour).Id).Order(StringComparer.Ordinal),
            deployments.Select(deployment => deployment.Id).Order(StringComparer.Ordinal));
        Assert.Equal(4, world.Sandbox.Requests.Count);
    }

    [Fact]
    public async Task A_reader_that_stops_gives_up_the_page_in_flight()
    {
        var asked = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        var page = string.Join(',', Enumerable.Range(0, 10).Select(number => $$"""{"id":"dep_{{number}}"}"""));
        var end = new StubHandler(async (request, stop) =>
        {
            if (request.RequestUri!.Query.Contains("page=2", StringComparison.Ordinal))
            {
                asked.SetResult(stop);
                await Task.Delay(Timeout.Infinite, stop);
            }

            return StubHandler.Answer($$"""{"deployments":[{{page}}],"total":1000}""");
        });

        var rows = await World.PxxlAbove(end).ListDeploymentsAsync(new(), cancellationToken: World.Ct).Take(7).ToListAsync(World.Ct);

        Assert.Equal(7, rows.Count);
        await Eventually.IsTrueAsync(() => asked.Task.IsCompleted);
        Assert.True((await asked.Task).IsCancellationRequested);
    }

    [Fact]
    public async Task The_next_page_is_on_its_way_while_this_one_is_read()
    {
        await using var world = await World.StartAsync(new() { Deployments = 250 });
        await using var reader = world.Pxxl.ListDeploymentsAsync(new(), cancellationToken: World.Ct).GetAsyncEnumerator(World.Ct);

        for (var row = 0; row < 51; row++)
        {
            Assert.True(await reader.MoveNextAsync());
        }

        await world.ArrivedAsync(2);
        Assert.Equal("?page=2&limit=100", world.Sandbox.Requests[1].Query);
    }

    [Fact]
    public async Task A_team_is_asked_for_on_every_page()
    {
        await using var world = await World.StartAsync(new() { Deployments = 1000 });

        var client = world.PxxlWith(world.Sandbox.PxxlKey, world.Sandbox.Data.TeamId);
        var deployments = await client.ListDeploymentsAsync(new(), cancellationToken: World.Ct).ToListAsync(World.Ct);

        Assert.InRange(deployments.Count, 101, 900);
        Assert.All(world.Sandbox.Requests, request => Assert.EndsWith(
            "&teamId=" + world.Sandbox.Data.TeamId, request.Query, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_total_is_told_before_the_first_row()
    {
        await using var world = await World.StartAsync();
        long? total = null;

        await foreach (var _ in world.Pxxl.ListDeploymentsAsync(
            new DeploymentQuery { Wanted = 1 }, announced => total = announced, World.Ct))
        {
            break;
        }

        Assert.Equal(200, total);
    }

    private static SandboxDeployment New(World world, int number) => new()
    {
        Id = "dep_new" + number.ToString("D5", CultureInfo.InvariantCulture),
        Status = "deployed",
        CreatedAt = world.Clock.GetUtcNow(),
        ProjectId = world.Sandbox.Data.Projects[0].Id,
    };
}
