using PxxlPeriscope.Sync;
using static PxxlPeriscope.Tests.Sync.SyncDeployments;

namespace PxxlPeriscope.Tests.Sync;

/// <summary>What was sent is written down once: beside the outbox where there is one, else in the state; and a run that has the other knows it too.</summary>
public sealed class SyncLedgerTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string State => Directory.CreateDirectory(_folder["state"]).FullName;

    private string Outbox => Directory.CreateDirectory(_folder["outbox"]).FullName;

    private string StateLedger => Path.Combine(State, "sent.jsonl");

    private string OutboxLedger => Path.Combine(Outbox, ".delivery", "sent.jsonl");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task With_an_outbox_each_fact_is_written_once()
    {
        await using var fixture = await StartSandboxAsync(Deployed("a", daysAgo: 2), Deployed("zip", daysAgo: 1) with { CommitSha = null });

        await SyncAsync(fixture, Outbox);

        Assert.False(File.Exists(StateLedger));
        // The header, the attempt, the confirmation, and why the other is not reported.
        Assert.Equal(4, File.ReadAllLines(OutboxLedger).Length);
        Assert.Equal(0, (await SyncAsync(fixture, Outbox)).Reported);
        Assert.Equal(4, File.ReadAllLines(OutboxLedger).Length);
        Assert.Single(fixture.Warnings);
    }

    [Fact]
    public async Task A_state_that_has_its_own_is_taken_over_once_and_nothing_is_sent_again()
    {
        await using var fixture = await StartSandboxAsync(Deployed("a", daysAgo: 2), Deployed("b", daysAgo: 1));
        await SyncAsync(fixture, outbox: null);
        Assert.True(File.Exists(StateLedger));

        // As far back as the first run, so that all of it is looked at.
        var summary = await SyncAsync(fixture, Outbox, since: 30);

        Assert.Equal((2, 0), (summary.SkippedBecause["unchanged since the last report"], summary.Reported));
        Assert.False(File.Exists(StateLedger));
        Assert.Equal(2, fixture.Sandbox.Reports.Attempts.Count);
    }

    [Fact]
    public async Task Without_the_outbox_again_what_was_sent_by_way_of_it_is_known()
    {
        await using var fixture = await StartSandboxAsync(Deployed("a", daysAgo: 3), Deployed("b", daysAgo: 2));
        await SyncAsync(fixture, Outbox);
        // Found by what was sent alone: it was read to the end long ago.
        fixture.Sandbox.Data.Update(Deployed("a", daysAgo: 3) with { Status = "rolled_back" });

        Assert.Equal(1, (await SyncAsync(fixture, outbox: null)).Reported);

        Assert.Equal(["success", "rolled_back"], fixture.Sandbox.Reports["pxxl-a"].Statuses);
        Assert.Equal(["success"], fixture.Sandbox.Reports["pxxl-b"].Statuses);
    }

    [Fact]
    public async Task What_another_process_has_sent_since_through_the_outbox_wins_over_what_the_state_knew()
    {
        await using var fixture = await StartSandboxAsync(Deployed("a", daysAgo: 0));
        await SyncAsync(fixture, outbox: null);
        var old = File.ReadAllBytes(StateLedger);
        await SyncAsync(fixture, Outbox);
        fixture.Sandbox.Data.Update(Deployed("a", daysAgo: 0) with { Status = "rolled_back" });
        fixture.Clock.Advance(TimeSpan.FromMinutes(1));
        await SyncAsync(fixture, Outbox);

        // A run that was killed before it had removed the old one, or a folder that was restored.
        File.WriteAllBytes(StateLedger, old);
        await SyncAsync(fixture, Outbox);

        Assert.Equal(["success", "rolled_back"], fixture.Sandbox.Reports["pxxl-a"].Statuses);
    }

    [Fact]
    public async Task A_look_at_what_would_be_sent_knows_both_and_moves_nothing()
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
