using System.Text.RegularExpressions;
using PxxlPeriscope.Sandbox.Faults;
using PxxlPeriscope.Sandbox.Pxxl.Data;
using PxxlPeriscope.Sync;
using static PxxlPeriscope.Tests.Sync.SyncDeployments;

namespace PxxlPeriscope.Tests.Sync;

/// <summary>
/// A success whose previous commit is unknown: a deployment of the same service and environment was running, may have gone live, and was
/// not read. In each test, a is the last known success, b is running, and c succeeds after it.
/// </summary>
public sealed class SyncUnreadReleaseTests : IDisposable
{
    private static readonly SandboxDeployment A = Deployed("a", daysAgo: 2);
    private static readonly SandboxDeployment B = Deployed("b", daysAgo: 0.2);
    private static readonly SandboxDeployment C = Deployed("c", daysAgo: 0.1);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_previous_commit_is_set_until_the_other_deployment_is_read(bool isKnownToPxxl)
    {
        await using var fixture = await StartWithRunningAsync();
        fixture.Sandbox.Data.Replace([C]);
        if (isKnownToPxxl)
        {
            MakeUnreadable(fixture);
        }

        await SyncAsync(fixture);
        Assert.Null(PreviousCommit(fixture, "c"));

        fixture.Sandbox.Faults.Clear();
        fixture.Sandbox.Data.Replace([C, B]);
        await SyncAsync(fixture);
        Assert.Equal(Sha("b"), PreviousCommit(fixture, "c"));
    }

    [Fact]
    public async Task The_next_release_has_the_last_live_commit_once_all_deployments_are_read()
    {
        await using var fixture = await StartWithRunningAsync();
        fixture.Sandbox.Data.Replace([C]);
        MakeUnreadable(fixture);
        await SyncAsync(fixture);
        fixture.Sandbox.Faults.Clear();

        // b took long and went live after c.
        fixture.Sandbox.Data.Replace([Deployed("d", daysAgo: 0), C, B with { BuildSeconds = 3.5 * 3600 }]);
        await SyncAsync(fixture);

        Assert.Equal(Sha("b"), PreviousCommit(fixture, "d"));
    }

    [Fact]
    public async Task Other_services_and_environments_have_their_previous_commit()
    {
        await using var fixture = await StartWithRunningAsync(Staging("s1", 3), OtherProject("o1", 3));
        fixture.Sandbox.Data.Replace([C, Staging("s2", 0.1), OtherProject("o2", 0.1)]);
        MakeUnreadable(fixture);

        await SyncAsync(fixture);

        Assert.Null(PreviousCommit(fixture, "c"));
        Assert.Equal((Sha("s1"), Sha("o1")), (PreviousCommit(fixture, "s2"), PreviousCommit(fixture, "o2")));
    }

    [Fact]
    public async Task If_the_state_has_no_environment_it_may_be_any_of_the_project()
    {
        await using var fixture = await StartWithRunningAsync(Staging("s1", 3), OtherProject("o1", 3));
        // In the format of version 0.1.0.
        var path = Path.Combine(_folder["state"], "state.json");
        File.WriteAllText(
            path,
            Regex.Replace(File.ReadAllText(path), """,\s*"projectName": "[^"]*",\s*"environment": "[^"]*"\s*\}""", "}")
        );
        fixture.Sandbox.Data.Replace([C, Staging("s2", 0.1), OtherProject("o2", 0.1)]);
        MakeUnreadable(fixture);

        await SyncAsync(fixture);

        Assert.Equal((null, null, Sha("o1")), (PreviousCommit(fixture, "c"), PreviousCommit(fixture, "s2"), PreviousCommit(fixture, "o2")));
        Assert.DoesNotContain(fixture.Warnings, warning => warning.Contains("damaged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stuck_deployment_is_read_for_a_new_release()
    {
        await using var fixture = await StartWithRunningAsync();
        fixture.Clock.Advance(TimeSpan.FromDays(2));
        var now = fixture.Clock.GetUtcNow();
        // So many newer deployments that no run reads the list as far back as this one.
        SandboxDeployment[] newer =
        [
            .. Enumerable
                .Range(0, 350)
                .Select(number => OtherProject($"n{number}", 0) with { CreatedAt = now.AddHours(number == 0 ? 0 : -3) }),
        ];
        fixture.Sandbox.Data.Replace([.. newer, Running(B)]);
        await SyncAsync(fixture);
        fixture.Clock.Advance(TimeSpan.FromMinutes(5));
        fixture.Sandbox.Data.Replace([Deployed("d", now.AddMinutes(2)), .. newer, B]);

        await SyncAsync(fixture);

        Assert.Equal(Sha("b"), PreviousCommit(fixture, "d"));
    }

    [Fact]
    public async Task A_run_for_another_project_of_the_same_service_sets_no_previous_commit()
    {
        await using var fixture = await StartWithRunningAsync();
        fixture.Sandbox.Data.AddProject(fixture.Sandbox.Data.Projects[0] with { Id = "proj_2" });
        fixture.Sandbox.Data.Replace([OtherProject("o2", 0.1), OtherProject("o1", 0.22)]);
        var oneService = new Dictionary<string, string> { ["checkout-api"] = "shop", ["billing-worker"] = "shop" };

        await SyncAsync(fixture, ["proj_2"], oneService);

        Assert.Null(PreviousCommit(fixture, "o2"));
    }

    [Fact]
    public async Task An_id_in_a_warning_cannot_contain_control_characters()
    {
        await using var fixture = await StartSandboxAsync(A, Running(B with { Id = "b\u001b[2J" }));
        await SyncAsync(fixture);
        fixture.Sandbox.Data.Replace([]);

        await SyncAsync(fixture);

        Assert.DoesNotContain('\u001b', Assert.Single(fixture.Warnings));
    }

    private static SandboxDeployment Running(SandboxDeployment deployment) =>
        deployment with
        {
            Status = "building",
            BuildStatus = "building",
        };

    private static SandboxDeployment Staging(string id, double daysAgo) => Deployed(id, daysAgo) with { Environment = "staging" };

    private static SandboxDeployment OtherProject(string id, double daysAgo) =>
        Deployed(id, daysAgo) with
        {
            ProjectId = "proj_2",
            ProjectName = "billing-worker",
        };

    private static string? PreviousCommit(SandboxFixture fixture, string id) =>
        (string?)fixture.Sandbox.Reports["pxxl-" + id].Payload["previousCommitSha"];

    private static void MakeUnreadable(SandboxFixture fixture) =>
        fixture.Sandbox.Faults.Add(new Fault { Kind = FaultKind.Unavailable503, PathContains = "/cli/deployments/b" });

    private async Task<SandboxFixture> StartWithRunningAsync(params SandboxDeployment[] others)
    {
        var fixture = await StartSandboxAsync([A, Running(B), .. others]);
        await SyncAsync(fixture);
        return fixture;
    }

    private async Task SyncAsync(SandboxFixture fixture, string[]? projects = null, Dictionary<string, string>? services = null)
    {
        var run = new SyncJob(fixture.Pxxl, fixture.Log)
        {
            StatePath = Directory.CreateDirectory(_folder["state"]).FullName,
            ProjectIds = projects,
            Conversion = new() { TimeProvider = fixture.Clock, ServiceMap = services ?? [] },
        };
        await foreach (var outcome in run.RunAsync(fixture.Periscope, SandboxFixture.Ct))
        {
            Assert.Null(outcome.Failure);
        }
    }
}
