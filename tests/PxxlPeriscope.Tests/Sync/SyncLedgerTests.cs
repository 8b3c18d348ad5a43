using PxxlPeriscope.Sync;
using static PxxlPeriscope.Tests.Sync.SyncDeployments;

namespace PxxlPeriscope.Tests.Sync;

/// <summary>
/// Verifies that what was sent is recorded once, in the outbox if there is one and otherwise in the state, and that a run which uses the
/// other one knows it too.
/// </summary>
public sealed class SyncLedgerTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string State => Directory.CreateDirectory(_folder["state"]).FullName;

    private string Outbox => Directory.CreateDirectory(_folder["outbox"]).FullName;

    private string StateLedger => Path.Combine(State, "sent.jsonl");

    private string OutboxLedger => Path.Combine(Outbox, ".delivery", "sent.jsonl");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task With_an_outbox_each_fact_is_recorded_once()
    {
        await using var fixture = await StartSandboxAsync(Deployed("a", daysAgo: 2), Deployed("zip", daysAgo: 1) with { CommitSha = null });

        await SyncAsync(fixture, Outbox);

        Assert.False(File.Exists(StateLedger));
        // The header, the attempt, the confirmation, and why the other deployment is not reported.
        Assert.Equal(4, File.ReadAllLines(OutboxLedger).Length);
        Assert.Equal(0, (await SyncAsync(fixture, Outbox)).Reported);
        Assert.Equal(4, File.ReadAllLines(OutboxLedger).Length);
        Assert.Single(fixture.Warnings);
    }

    [Fact]
    public async Task The_ledger_of_a_state_is_imported_once_and_nothing_is_sent_again()
    {
        await using var fixture = await StartSandboxAsync(Deployed("a", daysAgo: 2), Deployed("b", daysAgo: 1));
        await SyncAsync(fixture, outbox: null);
        Assert.True(File.Exists(StateLedger));

        // As far back as the first run, so that all deployments are read.
        var summary = await SyncAsync(fixture, Outbox, since: 30);

        Assert.Equal((2, 0), (summary.SkippedBecause["unchanged since the last report"], summary.Reported));
        Assert.False(File.Exists(StateLedger));
        Assert.Equal(2, fixture.Sandbox.Reports.Attempts.Count);
    }

    [Fact]
    public async Task A_later_run_without_the_outbox_knows_what_was_sent_through_it()
    {
        await using var fixture = await StartSandboxAsync(Deployed("a", daysAgo: 3), Deployed("b", daysAgo: 2));
        await SyncAsync(fixture, Outbox);
        // Only the ledger can tell, because the list was read to the end earlier.
        fixture.Sandbox.Data.Update(Deployed("a", daysAgo: 3) with { Status = "rolled_back" });

        Assert.Equal(1, (await SyncAsync(fixture, outbox: null)).Reported);

        Assert.Equal(["success", "rolled_back"], fixture.Sandbox.Reports["pxxl-a"].Statuses);
        Assert.Equal(["success"], fixture.Sandbox.Reports["pxxl-b"].Statuses);
    }

    [Fact]
    public async Task A_newer_fact_in_the_outbox_overrides_that_of_the_state()
    {
        await using var fixture = await StartSandboxAsync(Deployed("a", daysAgo: 0));
        await SyncAsync(fixture, outbox: null);
        var old = File.ReadAllBytes(StateLedger);
        await SyncAsync(fixture, Outbox);
        fixture.Sandbox.Data.Update(Deployed("a", daysAgo: 0) with { Status = "rolled_back" });
        fixture.Clock.Advance(TimeSpan.FromMinutes(1));
        await SyncAsync(fixture, Outbox);

        // As after a run that was killed before it deleted the old file, or when a folder is restored.
        File.WriteAllBytes(StateLedger, old);
        await SyncAsync(fixture, Outbox);

        Assert.Equal(["success", "rolled_back"], fixture.Sandbox.Reports["pxxl-a"].Statuses);
    }

    [Fact]
    public async Task A_plan_uses_both_ledgers_and_changes_neither()
    {
        await using var fixture = await StartSandboxAsync(Deployed("a", daysAgo: 2), Deployed("b", daysAgo: 1));
        await SyncAsync(fixture, outbox: null);
        fixture.Sandbox.Data.Add(Deployed("c", daysAgo: 0));
        _ = Outbox;
        var before = Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories);

        var plan = await Job(fixture, Outbox, since: 30).PlanAsync(SandboxFixture.Ct);

        Assert.Equal("pxxl-c", Assert.Single(plan.Reports).DeploymentId);
        Assert.Equal(before, Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories));
    }

    private SyncJob Job(SandboxFixture fixture, string? outbox, int? since = null) =>
        new(fixture.Pxxl, fixture.Log)
        {
            StatePath = State,
            OutboxPath = outbox,
            Since = since is { } days ? fixture.Clock.GetUtcNow().AddDays(-days) : null,
            Conversion = new() { TimeProvider = fixture.Clock },
        };

    private async Task<SyncSummary> SyncAsync(SandboxFixture fixture, string? outbox, int? since = null)
    {
        var job = Job(fixture, outbox, since);
        await foreach (var outcome in job.RunAsync(fixture.Periscope, SandboxFixture.Ct))
        {
            Assert.Null(outcome.Failure);
        }

        return job.Summary!;
    }
}
