using PxxlPeriscope.Storage;
using PxxlPeriscope.Sync;
using static PxxlPeriscope.Tests.Sync.SyncDeployments;

namespace PxxlPeriscope.Tests.Sync;

/// <summary>
/// A run that finds another run on its state does nothing. It fails if the other run may have ended without releasing its lock.
/// </summary>
public sealed class SyncAlreadyRunningTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string State => Directory.CreateDirectory(_folder["state"]).FullName;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_owner_file_without_a_lock_from_another_machine_causes_an_error()
    {
        await using var fixture = await StartSandboxAsync(Deployed("a", daysAgo: 2));
        await WriteOwnerFileAsync(fixture);

        var job = await RunAsync(fixture);

        Assert.Equal(("PeriscopeAlreadyRunning", false), (job.Failure!.ErrorId, job.Failure.IsFatal));
        Assert.Contains("Nothing was synchronized", job.Failure.Message, StringComparison.Ordinal);
        Assert.Contains("on pod-7", job.Failure.Message, StringComparison.Ordinal);
        Assert.Contains($"abandoned after {fixture.Clock.GetUtcNow().AddMinutes(30):u}", job.Failure.Message, StringComparison.Ordinal);
        Assert.Null(job.Summary);
        Assert.Empty(fixture.Sandbox.Requests);
    }

    [Fact]
    public async Task It_counts_as_abandoned_after_the_specified_time_and_the_run_resumes()
    {
        await using var fixture = await StartSandboxAsync(Deployed("a", daysAgo: 2));
        await WriteOwnerFileAsync(fixture);

        fixture.Clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        Assert.Equal(StateFailure.AlreadyRunning, (await RunAsync(fixture, TimeSpan.FromMinutes(5))).Failure?.Cause);
        fixture.Clock.Advance(TimeSpan.FromSeconds(1));
        var job = await RunAsync(fixture, TimeSpan.FromMinutes(5));

        Assert.Null(job.Failure);
        Assert.Equal(1, job.Summary!.Reported);
        Assert.Contains("did not finish: process 1 of root on pod-7", Assert.Single(fixture.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_active_owner_that_holds_the_lock_causes_a_warning()
    {
        await using var fixture = await StartSandboxAsync(Deployed("a", daysAgo: 2));
        await using var held = (await RunLock.TryAcquireAsync(State, fixture.Clock, SandboxFixture.Ct)).Lock!;
        fixture.Clock.Advance(TimeSpan.FromMinutes(29));
        await held.HeartbeatAsync(SandboxFixture.Ct);
        fixture.Clock.Advance(TimeSpan.FromMinutes(29));

        var job = await RunAsync(fixture);

        Assert.Null(job.Failure);
        Assert.Null(job.Summary);
        Assert.Contains("is already running", Assert.Single(fixture.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_inactive_owner_that_holds_the_lock_causes_an_error()
    {
        await using var fixture = await StartSandboxAsync(Deployed("a", daysAgo: 2));
        await using var held = (await RunLock.TryAcquireAsync(State, fixture.Clock, SandboxFixture.Ct)).Lock!;
        fixture.Clock.Advance(TimeSpan.FromMinutes(30));

        var job = await RunAsync(fixture);

        Assert.Equal(StateFailure.AlreadyRunning, job.Failure?.Cause);
        Assert.Contains($"process {Environment.ProcessId} of", job.Failure!.Message, StringComparison.Ordinal);
        Assert.Contains("not responding", job.Failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Writes what a killed pod leaves on a volume whose locks do not extend to other machines.</summary>
    private Task WriteOwnerFileAsync(SandboxFixture fixture) =>
        new LockOwner("pod-7", 1, "root", fixture.Clock.GetUtcNow(), fixture.Clock.GetUtcNow()).WriteAsync(
            Path.Combine(State, "run.owner.json"),
            SandboxFixture.Ct
        );

    private async Task<SyncJob> RunAsync(SandboxFixture fixture, TimeSpan? abandonedAfter = null)
    {
        var job = new SyncJob(fixture.Pxxl, fixture.Log)
        {
            StatePath = State,
            AbandonedAfter = abandonedAfter ?? RunLock.DefaultAbandonedAfter,
            Conversion = new() { TimeProvider = fixture.Clock },
        };
        await foreach (var outcome in job.RunAsync(fixture.Periscope, SandboxFixture.Ct))
        {
            Assert.Null(outcome.Failure);
        }

        return job;
    }
}
