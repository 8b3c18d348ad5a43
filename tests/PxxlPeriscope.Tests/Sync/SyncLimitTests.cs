using PxxlPeriscope.Pxxl;
using PxxlPeriscope.Sandbox.Pxxl.Data;
using PxxlPeriscope.Sync;
using static PxxlPeriscope.Tests.Sync.SyncDeployments;

namespace PxxlPeriscope.Tests.Sync;

/// <summary>A list with more deployments than a run keeps in memory, or without an end.</summary>
public sealed class SyncLimitTests : IDisposable
{
    private const int PageSize = 10;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Reading_an_endless_list_stops_and_the_deployments_read_are_reported()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        var pages = 0;

        var job = await RunAsync(fixture, PxxlGiving(fixture, (_, number) => Page(null, null, Rows(pages = number))), maximum: 25);

        Assert.InRange(pages, 3, 5);
        Assert.Equal(25, fixture.Sandbox.Reports.Count);
        Assert.Equal(("PxxlTooManyDeployments", false), (job.Failure!.ErrorId, job.Failure.IsFatal));
        Assert.Contains("after 25 new or changed deployments", Assert.Single(fixture.Warnings), StringComparison.Ordinal);
        Assert.Equal((25, false, false), (job.Summary!.Reported, job.Summary.IsListComplete, job.Summary.IsComplete));
    }

    [Fact]
    public async Task Deployments_that_were_not_read_are_read_by_the_next_run()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        var all = Enumerable.Range(1, 6).SelectMany(Rows).ToArray();
        var pxxl = PxxlGiving(fixture, (_, number) => Page(all.Length, null, [.. all.Skip((number - 1) * PageSize).Take(PageSize)]));
        await RunAsync(fixture, pxxl, maximum: 25);
        Assert.Equal(25, fixture.Sandbox.Reports.Count);

        var job = await RunAsync(fixture, pxxl, maximum: 60);

        Assert.Null(job.Failure);
        Assert.True(job.Summary!.IsComplete);
        Assert.Equal(60, fixture.Sandbox.Reports.Count);
    }

    [Fact]
    public async Task Exactly_the_maximum_number_of_deployments_is_not_truncated()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        var all = Rows(1).Concat(Rows(2)).ToArray();

        var job = await RunAsync(fixture, PxxlGiving(fixture, Page(20, null, all)), maximum: 20);

        Assert.Null(job.Failure);
        Assert.True(job.Summary!.IsComplete);
    }

    [Fact]
    public async Task The_limit_applies_to_all_projects_together_and_unread_projects_do_not_count_as_read()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        var pxxl = PxxlGiving(
            fixture,
            (path, _) =>
                path.Contains("proj_2", StringComparison.Ordinal)
                    ? Page(1, null, Deployed("other", daysAgo: 3) with { ProjectId = "proj_2" })
                    : Page(20, null, [.. Rows(1), .. Rows(2)])
        );

        await RunAsync(fixture, pxxl, maximum: 15, "proj_1", "proj_2");
        Assert.DoesNotContain("pxxl-other", Ids(fixture));
        await RunAsync(fixture, pxxl, maximum: 100, "proj_1", "proj_2");

        Assert.Equal(21, fixture.Sandbox.Reports.Count);
    }

    private static SandboxDeployment[] Rows(int page) =>
        [.. Enumerable.Range((page - 1) * PageSize, PageSize).Select(number => Deployed($"n{number:D6}", daysAgo: 1 + (number / 100.0)))];

    private async Task<SyncJob> RunAsync(SandboxFixture fixture, PxxlClient pxxl, int maximum, params string[] projects)
    {
        var job = new SyncJob(pxxl, fixture.Log)
        {
            StatePath = Directory.CreateDirectory(_folder["state"]).FullName,
            MaximumDeployments = maximum,
            ProjectIds = projects.Length == 0 ? null : projects,
            Conversion = new() { TimeProvider = fixture.Clock },
        };
        await foreach (var outcome in job.RunAsync(fixture.Periscope, SandboxFixture.Ct))
        {
            Assert.Null(outcome.Failure);
        }

        return job;
    }
}
