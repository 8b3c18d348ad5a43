using PxxlPeriscope.Pxxl;
using PxxlPeriscope.Sandbox.Faults;
using PxxlPeriscope.Sandbox.Pxxl.Data;
using PxxlPeriscope.Sync;
using static PxxlPeriscope.Tests.Sync.SyncDeployments;

namespace PxxlPeriscope.Tests.Sync;

/// <summary>Deployments that were running in an earlier run, and that the list no longer contains.</summary>
public sealed class SyncRunningTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_missing_deployment_is_requested_for_a_week_and_reported_when_it_returns()
    {
        await using var fixture = await StartSandboxAsync(Running("slow"));
        await SyncAsync(fixture);
        fixture.Sandbox.Data.Replace([]);
        fixture.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(1, (await SyncAsync(fixture)).SkippedBecause[SkipReason.Missing]);
        fixture.Clock.Advance(TimeSpan.FromDays(6.9));
        Assert.Equal(1, (await SyncAsync(fixture)).SkippedBecause[SkipReason.Missing]);
        Assert.All(fixture.Warnings, warning => Assert.Contains("will be checked again", warning, StringComparison.Ordinal));

        fixture.Sandbox.Data.Replace([Deployed("slow", daysAgo: 0.2)]);
        await SyncAsync(fixture);

        Assert.Equal(["in_progress", "success"], fixture.Sandbox.Reports["pxxl-slow"].Statuses);
        // No run reads a finished deployment again.
        Assert.Equal(0, await AskedForAsync(fixture, "slow"));
    }

    [Fact]
    public async Task A_running_deployment_is_requested_in_every_run_and_after_a_day_once_an_hour()
    {
        await using var fixture = await StartSandboxAsync(Running("slow"));
        await SyncAsync(fixture);
        // So many newer deployments that no run reads the list as far back as this one.
        var now = fixture.Clock.GetUtcNow();
        fixture.Sandbox.Data.Replace([
            .. Enumerable.Range(0, 350).Select(number => Deployed($"n{number}", now.AddHours(number < 50 ? 0 : -3))),
            Running("slow"),
        ]);

        await SyncAsync(fixture);
        fixture.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(1, await AskedForAsync(fixture, "slow"));

        fixture.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, await AskedForAsync(fixture, "slow"));
        fixture.Clock.Advance(TimeSpan.FromMinutes(50));
        Assert.Equal(0, await AskedForAsync(fixture, "slow"));
        fixture.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(1, await AskedForAsync(fixture, "slow"));
    }

    [Fact]
    public async Task A_deployment_missing_for_more_than_a_week_is_dropped_with_a_warning()
    {
        await using var fixture = await StartSandboxAsync(Running("slow"));
        await SyncAsync(fixture);
        fixture.Sandbox.Data.Replace([]);
        await SyncAsync(fixture);
        fixture.Clock.Advance(TimeSpan.FromDays(7.1));

        Assert.Equal(1, await AskedForAsync(fixture, "slow"));

        Assert.Contains("will not be checked again", fixture.Warnings.Last(), StringComparison.Ordinal);
        Assert.Equal(0, await AskedForAsync(fixture, "slow"));
    }

    [Fact]
    public async Task A_run_for_another_team_does_not_request_it_and_keeps_it()
    {
        await using var fixture = await StartSandboxAsync(Running("slow"));
        await SyncAsync(fixture);
        fixture.Sandbox.Data.Replace([]);

        Assert.Equal(0, await AskedForAsync(fixture, "slow", fixture.PxxlWith(fixture.Sandbox.PxxlKey, fixture.Sandbox.Data.TeamId)));

        Assert.Equal(1, await AskedForAsync(fixture, "slow"));
    }

    [Fact]
    public async Task A_run_for_other_projects_does_not_request_it_and_keeps_it()
    {
        await using var fixture = await StartSandboxAsync(Running("slow"));
        await SyncAsync(fixture);
        fixture.Sandbox.Data.Replace([]);
        fixture.Sandbox.Data.AddProject(fixture.Sandbox.Data.Projects[0] with { Id = "proj_1" });
        fixture.Sandbox.Data.AddProject(fixture.Sandbox.Data.Projects[0] with { Id = "proj_2" });

        Assert.Equal(0, await AskedForAsync(fixture, "slow", projects: ["proj_2"]));

        Assert.Equal(1, await AskedForAsync(fixture, "slow", projects: ["proj_2", "proj_1"]));
    }

    [Fact]
    public async Task After_three_consecutive_failures_the_run_continues_without_requesting_the_others()
    {
        await using var fixture = await StartSandboxAsync([.. Enumerable.Range(0, 8).Select(number => Running($"n{number}"))]);
        await SyncAsync(fixture);
        fixture.Sandbox.Data.Replace([Deployed("new", daysAgo: 0)]);
        fixture.Sandbox.Faults.Add(new Fault { Kind = FaultKind.Unavailable503, PathContains = "/cli/deployments/n" });

        await SyncAsync(fixture);
        Assert.Equal(3, Asked(fixture).Distinct().Count());
        Assert.Equal(["success"], fixture.Sandbox.Reports["pxxl-new"].Statuses);

        fixture.Sandbox.Faults.Clear();
        fixture.Clock.Advance(TimeSpan.FromHours(1));
        var before = Asked(fixture).Count;
        await SyncAsync(fixture);
        Assert.Equal(8, Asked(fixture).Skip(before).Distinct().Count());
    }

    [Fact]
    public async Task If_the_projects_cannot_be_read_the_id_is_reported_as_the_service_with_a_warning()
    {
        await using var fixture = await StartSandboxAsync(
            Deployed("a", daysAgo: 1) with
            {
                ProjectName = null,
            },
            Deployed("b", daysAgo: 2) with
            {
                ProjectId = "proj_2",
            }
        );
        fixture.Sandbox.Faults.Add(new Fault { Kind = FaultKind.Unavailable503, PathContains = "/cli/projects" });

        await SyncAsync(fixture);

        Assert.Equal(
            ("proj_1", "checkout-api"),
            ((string?)fixture.Sandbox.Reports["pxxl-a"].Payload["service"], (string?)fixture.Sandbox.Reports["pxxl-b"].Payload["service"])
        );
        Assert.Contains("The project id is reported as the service", Assert.Single(fixture.Warnings), StringComparison.Ordinal);
    }

    private static SandboxDeployment Running(string id) =>
        Deployed(id, daysAgo: 0.2) with
        {
            Status = "building",
            BuildStatus = "building",
        };

    private static List<string> Asked(SandboxFixture fixture) =>
        [
            .. fixture
                .Sandbox.Requests.Select(request => request.Path)
                .Where(path => path.Contains("/cli/deployments/", StringComparison.Ordinal)),
        ];

    /// <summary>Returns how often a run requests one deployment.</summary>
    private async Task<int> AskedForAsync(SandboxFixture fixture, string id, PxxlClient? pxxl = null, string[]? projects = null)
    {
        var before = Asked(fixture).Count;
        await SyncAsync(fixture, pxxl, projects);
        return Asked(fixture).Skip(before).Count(path => path.EndsWith("/" + id, StringComparison.Ordinal));
    }

    private async Task<SyncSummary> SyncAsync(SandboxFixture fixture, PxxlClient? pxxl = null, string[]? projects = null)
    {
        var run = new SyncJob(pxxl ?? fixture.Pxxl, fixture.Log)
        {
            StatePath = Directory.CreateDirectory(_folder["state"]).FullName,
            ProjectIds = projects,
            Conversion = new() { TimeProvider = fixture.Clock },
        };
        await foreach (var outcome in run.RunAsync(fixture.Periscope, SandboxFixture.Ct))
        {
            Assert.Null(outcome.Failure);
        }

        return run.Summary!;
    }
}
