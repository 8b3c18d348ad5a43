using System.Globalization;
using PxxlPeriscope.Http;
using PxxlPeriscope.Pxxl.Deployments;
using PxxlPeriscope.Sandbox.Pxxl.Data;
using PxxlPeriscope.Sandbox.Pxxl.Shape;

namespace PxxlPeriscope.Tests.Pxxl.Paging;

/// <summary>Reading a list of pages without guarantees about its order or counts.</summary>
public sealed class PagingTests
{
    public static TheoryData<PagingStyle> AllPagings => [.. Enum.GetValues<PagingStyle>()];

    [Fact]
    public async Task Taking_five_of_ten_thousand_takes_one_request()
    {
        await using var fixture = await SandboxFixture.StartAsync(new() { Deployments = 10_000 });

        var taken = await fixture
            .Pxxl.ListDeploymentsAsync(new(), cancellationToken: SandboxFixture.Ct)
            .Take(5)
            .ToListAsync(SandboxFixture.Ct);

        Assert.Equal(fixture.Sandbox.Data.Deployments.Take(5).Select(row => row.Id), taken.Select(deployment => deployment.Id));
        Assert.Equal("?page=1&limit=100", Assert.Single(fixture.Sandbox.Requests).Query);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(99)]
    public async Task A_page_of_just_the_rows_that_are_wanted_is_the_only_one(int wanted)
    {
        // Not a sandbox, which would not see a request that is canceled before it is sent.
        var rows = string.Join(',', Enumerable.Range(0, wanted).Select(number => $$"""{"id":"dep_{{number}}"}"""));
        var end = StubHandler.Returning($$"""{"deployments":[{{rows}}],"total":10000}""");

        var taken = await SandboxFixture
            .PxxlOver(end)
            .ListDeploymentsAsync(new DeploymentQuery { MaxRows = (ulong)wanted }, cancellationToken: SandboxFixture.Ct)
            .Take(wanted)
            .ToListAsync(SandboxFixture.Ct);

        Assert.Equal(wanted, taken.Count);
        Assert.Equal(1, end.Requests);
    }

    [Theory]
    [MemberData(nameof(AllPagings))]
    public async Task All_of_ten_thousand_cost_one_request_per_page(PagingStyle paging)
    {
        await using var fixture = await SandboxFixture.StartAsync(
            new()
            {
                Deployments = 10_000,
                Shape = new() { Paging = paging },
            }
        );

        var deployments = await fixture.DeploymentsAsync();

        Assert.Equal(fixture.Sandbox.Data.Deployments.Select(row => row.Id), deployments.Select(deployment => deployment.Id));
        // If the responses contain no counts, only an empty page shows that a full one was the last.
        Assert.Equal(paging == PagingStyle.None ? 101 : 100, fixture.Sandbox.Requests.Count);
        Assert.Empty(fixture.Warnings);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(99, 1)]
    [InlineData(100, 1)]
    [InlineData(101, 2)]
    [InlineData(200, 2)]
    public async Task A_list_with_a_total_takes_no_unnecessary_request(int deployments, int requests)
    {
        await using var fixture = await SandboxFixture.StartAsync(new() { Deployments = deployments });

        Assert.Equal(deployments, (await fixture.DeploymentsAsync()).Count);
        Assert.Equal(requests, fixture.Sandbox.Requests.Count);
    }

    [Theory]
    [MemberData(nameof(AllPagings))]
    public async Task Nothing_is_lost_or_doubled_when_deployments_are_added_during_the_walk(PagingStyle paging)
    {
        await using var fixture = await SandboxFixture.StartAsync(
            new()
            {
                Deployments = 1000,
                Shape = new() { Paging = paging },
            }
        );
        var before = fixture.Sandbox.Data.Deployments.Select(row => row.Id).ToList();
        var seen = new List<string>();

        await foreach (var deployment in fixture.Pxxl.ListDeploymentsAsync(new(), cancellationToken: SandboxFixture.Ct))
        {
            seen.Add(deployment.Id);
            if (seen.Count % 7 == 0 && seen.Count < 900)
            {
                fixture.Sandbox.Data.Add(New(fixture, seen.Count));
            }
        }

        Assert.Equal(seen.Distinct(), seen);
        Assert.Empty(before.Except(seen));
        Assert.Empty(fixture.Warnings);
    }

    [Theory]
    [MemberData(nameof(AllPagings))]
    public async Task All_rows_are_read_from_a_service_with_smaller_pages_than_requested(PagingStyle paging)
    {
        await using var fixture = await SandboxFixture.StartAsync(
            new()
            {
                Deployments = 210,
                Shape = new() { Paging = paging, ServerLimitCap = 20 },
            }
        );

        var deployments = await fixture.DeploymentsAsync();

        Assert.Equal(fixture.Sandbox.Data.Deployments.Select(row => row.Id), deployments.Select(deployment => deployment.Id));
        Assert.Equal(11, fixture.Sandbox.Requests.Count);
    }

    [Theory]
    [InlineData("""{"deployments":[{"id":"dep_1"},{"id":"dep_2"}]}""", 0)]
    [InlineData("""[{"id":"dep_1"},{"id":"dep_2"}]""", 0)]
    [InlineData("""{"deployments":[{"id":"dep_1"},{"id":"dep_2"}],"total":500}""", 1)]
    [InlineData("""{"deployments":[{"id":"dep_1"},{"id":"dep_2"}],"totalPages":500}""", 1)]
    public async Task A_service_that_ignores_the_page_ends_the_list_with_a_warning_if_more_was_announced(string body, int warnings)
    {
        var details = new List<string>();
        var end = StubHandler.Returning(body);

        var deployments = await SandboxFixture
            .PxxlOver(end, new CallLog { Warning = details.Add })
            .ListDeploymentsAsync(new(), cancellationToken: SandboxFixture.Ct)
            .ToListAsync(SandboxFixture.Ct);

        Assert.Equal(["dep_1", "dep_2"], deployments.Select(deployment => deployment.Id));
        // If more rows were announced, one repeated page may be due to new rows at the top; a second one is not.
        Assert.Equal(warnings == 0 ? 2 : 3, end.Requests);
        Assert.Equal(warnings, details.Count);
    }

    [Fact]
    public async Task A_list_that_ends_before_its_announced_total_is_reported()
    {
        var details = new List<string>();
        var end = StubHandler.ReturningInOrder(
            () => StubHandler.CreateResponse("""{"deployments":[{"id":"dep_1"}],"total":3}"""),
            () => StubHandler.CreateResponse("""{"deployments":[],"total":3}""")
        );

        var deployments = await SandboxFixture
            .PxxlOver(end, new CallLog { Warning = details.Add })
            .ListDeploymentsAsync(new(), cancellationToken: SandboxFixture.Ct)
            .ToListAsync(SandboxFixture.Ct);

        Assert.Single(deployments);
        Assert.Contains("3 rows were announced, but the list contains 1", Assert.Single(details), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_of_projects_is_walked_too()
    {
        await using var fixture = await SandboxFixture.StartAsync(new() { Projects = 250, Deployments = 0 });

        var projects = await fixture.Pxxl.ListProjectsAsync(SandboxFixture.Ct).ToListAsync(SandboxFixture.Ct);

        Assert.Equal(fixture.Sandbox.Data.Projects.Select(project => project.Id), projects.Select(project => project.Id));
        Assert.Equal(3, fixture.Sandbox.Requests.Count);
    }

    [Fact]
    public async Task Reading_stops_after_a_page_that_is_entirely_too_old()
    {
        await using var fixture = await SandboxFixture.StartAsync(new() { Deployments = 0 });
        var now = fixture.Clock.GetUtcNow();
        fixture.Sandbox.Data.Replace(Enumerable.Range(0, 5000).Select(hour => New(fixture, hour) with { CreatedAt = now.AddHours(-hour) }));

        var deployments = await fixture.DeploymentsAsync(new() { Since = now.AddHours(-149) });

        Assert.Equal(150, deployments.Count);
        // The third page is the first on which all rows are older.
        Assert.Equal(3, fixture.Sandbox.Requests.Count);
    }

    [Fact]
    public async Task Rows_out_of_order_are_found_all_the_same()
    {
        await using var fixture = await SandboxFixture.StartAsync(new() { Deployments = 0 });
        var now = fixture.Clock.GetUtcNow();
        var rows = Enumerable.Range(0, 1000).Select(hour => New(fixture, hour) with { CreatedAt = now.AddHours(-hour) }).ToList();
        // A recent row far down, and an old one at the very top.
        (rows[3], rows[250]) = (rows[250], rows[3]);
        fixture.Sandbox.Data.Replace(rows);

        var deployments = await fixture.DeploymentsAsync(new() { Since = now.AddHours(-100) });

        Assert.Equal(
            Enumerable.Range(0, 101).Select(hour => New(fixture, hour).Id).Order(StringComparer.Ordinal),
            deployments.Select(deployment => deployment.Id).Order(StringComparer.Ordinal)
        );
        Assert.Equal(4, fixture.Sandbox.Requests.Count);
    }

    [Fact]
    public async Task A_consumer_that_stops_cancels_the_current_request()
    {
        var asked = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        var page = string.Join(',', Enumerable.Range(0, 10).Select(number => $$"""{"id":"dep_{{number}}"}"""));
        var end = new StubHandler(
            async (request, stop) =>
            {
                if (request.RequestUri!.Query.Contains("page=2", StringComparison.Ordinal))
                {
                    asked.SetResult(stop);
                    await Task.Delay(Timeout.Infinite, stop);
                }

                return StubHandler.CreateResponse($$"""{"deployments":[{{page}}],"total":1000}""");
            }
        );

        var rows = await SandboxFixture
            .PxxlOver(end)
            .ListDeploymentsAsync(new(), cancellationToken: SandboxFixture.Ct)
            .Take(7)
            .ToListAsync(SandboxFixture.Ct);

        Assert.Equal(7, rows.Count);
        await Eventually.IsTrueAsync(() => asked.Task.IsCompleted);
        Assert.True((await asked.Task).IsCancellationRequested);
    }

    [Fact]
    public async Task The_next_page_is_on_its_way_while_this_one_is_read()
    {
        await using var fixture = await SandboxFixture.StartAsync(new() { Deployments = 250 });
        await using var reader = fixture
            .Pxxl.ListDeploymentsAsync(new(), cancellationToken: SandboxFixture.Ct)
            .GetAsyncEnumerator(SandboxFixture.Ct);

        for (var row = 0; row < 51; row++)
        {
            Assert.True(await reader.MoveNextAsync());
        }

        await fixture.WaitForRequestsAsync(2);
        Assert.Equal("?page=2&limit=100", fixture.Sandbox.Requests[1].Query);
    }

    [Fact]
    public async Task The_team_is_sent_for_every_page()
    {
        await using var fixture = await SandboxFixture.StartAsync(new() { Deployments = 1000 });

        var client = fixture.PxxlWith(fixture.Sandbox.PxxlKey, fixture.Sandbox.Data.TeamId);
        var deployments = await client.ListDeploymentsAsync(new(), cancellationToken: SandboxFixture.Ct).ToListAsync(SandboxFixture.Ct);

        Assert.InRange(deployments.Count, 101, 900);
        Assert.All(
            fixture.Sandbox.Requests,
            request => Assert.EndsWith("&teamId=" + fixture.Sandbox.Data.TeamId, request.Query, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task The_total_is_reported_before_the_first_row()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        long? total = null;

        await foreach (
            var _ in fixture.Pxxl.ListDeploymentsAsync(
                new DeploymentQuery { MaxRows = 1 },
                announced => total = announced,
                SandboxFixture.Ct
            )
        )
        {
            break;
        }

        Assert.Equal(200, total);
    }

    private static SandboxDeployment New(SandboxFixture fixture, int number) =>
        new()
        {
            Id = "dep_new" + number.ToString("D5", CultureInfo.InvariantCulture),
            Status = "deployed",
            CreatedAt = fixture.Clock.GetUtcNow(),
            ProjectId = fixture.Sandbox.Data.Projects[0].Id,
        };
}
