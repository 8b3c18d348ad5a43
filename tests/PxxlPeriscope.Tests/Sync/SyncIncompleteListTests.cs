using PxxlPeriscope.Pxxl;
using PxxlPeriscope.Sandbox.Pxxl.Data;
using PxxlPeriscope.Sync;
using static PxxlPeriscope.Tests.Sync.SyncDeployments;

namespace PxxlPeriscope.Tests.Sync;

/// <summary>A list of Pxxl that ends before the announced count: missing deployments must not count as reported.</summary>
public sealed class SyncIncompleteListTests : IDisposable
{
    private static readonly SandboxDeployment A = Deployed("a", daysAgo: 20);
    private static readonly SandboxDeployment B = Deployed("b", daysAgo: 10);
    private static readonly SandboxDeployment C = Deployed("c", daysAgo: 2);
    private static readonly SandboxDeployment D = Deployed("d", daysAgo: 1);

    private readonly TempFolder _folder = new();

    public static TheoryData<string, string[]> ListsThatEndEarly =>
        new()
        {
            { "an empty page before the total", [Page(4, null, D, C), Page(4, null)] },
            { "an empty page before the last one", [Page(null, 3, D, C), Page(null, 3)] },
            { "the same page again before the total", [Page(4, null, D, C)] },
            { "the same page again before the last one", [Page(null, 3, D, C)] },
            { "the last page before the total", [Page(4, 1, D, C)] },
            { "a repeated row for each that is missing", [Page(4, null, D, C), Page(4, null, D, C)] },
            { "a repeated row, and then an empty page", [Page(3, null, D, C), Page(3, null, C), Page(3, null)] },
        };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(ListsThatEndEarly))]
    public async Task Missing_deployments_are_reported_by_the_next_run(string how, string[] pages)
    {
        await using var fixture = await SandboxFixture.StartAsync();

        var first = await SyncAsync(fixture, PxxlGiving(fixture, pages));

        Assert.Equal(["pxxl-c", "pxxl-d"], Ids(fixture));
        Assert.False(first.IsListComplete, how);
        Assert.False(first.IsComplete, how);
        Assert.Contains("may be incomplete", Assert.Single(fixture.Warnings), StringComparison.Ordinal);

        var second = await SyncAsync(fixture, PxxlGiving(fixture, Page(4, null, D, C, B, A)));

        Assert.Equal(["pxxl-a", "pxxl-b", "pxxl-c", "pxxl-d"], Ids(fixture));
        Assert.True(second.IsComplete, how);
    }

    [Fact]
    public async Task No_previous_commit_is_set_while_a_deployment_may_be_missing()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        await SyncAsync(fixture, PxxlGiving(fixture, Page(1, null, A)));

        await SyncAsync(fixture, PxxlGiving(fixture, Page(3, null, C), Page(3, null)));
        Assert.Null(fixture.Sandbox.Reports["pxxl-c"].Payload["previousCommitSha"]);

        await SyncAsync(fixture, PxxlGiving(fixture, Page(3, null, C, B, A)));
        Assert.Equal(Sha("b"), (string?)fixture.Sandbox.Reports["pxxl-c"].Payload["previousCommitSha"]);
    }

    [Fact]
    public async Task One_incomplete_list_of_several_makes_the_run_incomplete()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        var other = Deployed("other", daysAgo: 3) with { ProjectId = "proj_2", ProjectName = "billing-worker" };

        var summary = await SyncAsync(
            fixture,
            PxxlGiving(
                fixture,
                (path, number) =>
                    path.Contains("proj_2", StringComparison.Ordinal) ? Page(1, null, other)
                    : number == 1 ? Page(4, null, D, C)
                    : Page(4, null)
            ),
            "proj_1",
            "proj_2"
        );

        Assert.Equal(["pxxl-c", "pxxl-d", "pxxl-other"], Ids(fixture));
        Assert.False(summary.IsComplete);
    }

    [Theory]
    [InlineData(4, 5)]
    [InlineData(5, 4)]
    public async Task A_list_that_changes_while_it_is_read_is_complete(int totalAtFirst, int totalAtLast)
    {
        await using var fixture = await SandboxFixture.StartAsync();
        // A deployment was added at the top and moved c to the second page, or one was removed before it could be read.
        var first = Page(totalAtFirst, null, D, C);
        var second = totalAtLast > totalAtFirst ? Page(totalAtLast, null, C, B, A) : Page(totalAtLast, null, B, A);

        var summary = await SyncAsync(fixture, PxxlGiving(fixture, first, second));

        Assert.Equal((4, true), (summary.Reported, summary.IsComplete));
        Assert.Empty(fixture.Warnings);
    }

    [Fact]
    public async Task A_row_without_an_id_is_not_missing()
    {
        await using var fixture = await SandboxFixture.StartAsync();

        var summary = await SyncAsync(fixture, PxxlGiving(fixture, Page(4, 2, D, C with { Id = null! }), Page(4, 2, B, A)));

        Assert.Equal((3, true), (summary.Reported, summary.IsComplete));
    }

    private async Task<SyncSummary> SyncAsync(SandboxFixture fixture, PxxlClient pxxl, params string[] projects)
    {
        var run = new SyncJob(pxxl, fixture.Log)
        {
            StatePath = Directory.CreateDirectory(_folder["state"]).FullName,
            ProjectIds = projects.Length == 0 ? null : projects,
            Conversion = new() { TimeProvider = fixture.Clock },
        };
        await foreach (var outcome in run.RunAsync(fixture.Periscope, SandboxFixture.Ct))
        {
            Assert.Null(outcome.Failure);
        }

        Assert.Null(run.Failure);
        return run.Summary!;
    }
}
