using PxxlPeriscope.Reports.Conversion;
using PxxlPeriscope.Sandbox;
using PxxlPeriscope.Sandbox.Faults;
using PxxlPeriscope.Sync;

namespace PxxlPeriscope.Tests.Durability;

/// <summary>Synchronizing while a third of all calls fails in every way there is.</summary>
[Trait("Kind", "Durability")]
public sealed class FaultDurabilityTests
{
    /// <summary>As schedules have it, the first in the middle of deployments; whatever a service asked to wait is over by then.</summary>
    private static readonly TimeSpan[] BetweenRuns = [TimeSpan.FromMinutes(5), TimeSpan.FromHours(3)];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Everything_arrives_once_and_in_its_final_state(bool hasOutbox)
    {
        var stop = DurabilityScale.FromEnvironment.HasReached();
        var (fixture, stalls) = await StallMonitor.StartAsync(DurabilityScale.FromEnvironment.Deployments);
        await using var services = fixture;
        await using var watch = stalls;
        using var folders = new DurabilityFolders(hasOutbox);
        var life = new LiveDeployments(fixture.Sandbox, new Random(1));
        var summaries = new List<SyncSummary>();
        var unread = 0;
        FaultSchedule.Inject(fixture.Sandbox);

        while (!IsOver())
        {
            Assert.True(
                summaries.Count + unread < DurabilityScale.FromEnvironment.Runs,
                $"It is not over after {summaries.Count} runs and {unread} that could not read. {Tell()}"
            );
            if (summaries.Count < 3)
            {
                life.Start(10);
            }

            var run = new SyncJob(fixture.Pxxl, fixture.Log)
            {
                StatePath = folders.State,
                OutboxPath = folders.Outbox,
                Conversion = new ReportConverter { TimeProvider = fixture.Clock },
            };
            try
            {
                await foreach (var _ in run.RunAsync(fixture.Periscope, stop)) { }

                summaries.Add(run.Summary!);
            }
            catch (ServiceException exception) when (exception.Service == ServiceName.Pxxl)
            {
                unread++;
            }

            fixture.Clock.Advance(BetweenRuns[(summaries.Count + unread) % BetweenRuns.Length]);
        }

        ExpectedReports.AssertAllArrived(fixture.Sandbox, Tell());
        await folders.AssertEmptyAsync();
        Assert.Equal(0, fixture.Sandbox.RetriedTooEarly);
        FaultSchedule.AssertAllHappened(fixture.Sandbox);
        // Sent again is only what may not have arrived: a call without an answer, or with one that says nothing.
        Assert.InRange(ExpectedReports.CountRepetitions(fixture.Sandbox), 0, Unanswered());
        TestContext.Current.TestOutputHelper?.WriteLine(Tell());

        // After life has stopped, one run that found nothing new.
        bool IsOver() => summaries.Count > 4 && summaries[^1] is { IsComplete: true, Reported: 0 };

        int Unanswered() =>
            fixture.Calls.Count(call => call is { Method: "POST", Problem: not null })
            + fixture.Sandbox.Faults.CountInjected(Service.Periscope, FaultKind.TruncatedJson);

        string Tell() =>
            $"{summaries.Count} runs and {unread} that could not read; {fixture.Sandbox.RequestCount} requests; "
            + $"{ExpectedReports.CountRepetitions(fixture.Sandbox)} repetitions of what was stored, of {Unanswered()} unanswered; "
            + $"reported {string.Join(" + ", summaries.Select(summary => summary.Reported))}; queued {string.Join(", ", summaries.Select(summary => summary.Queued))}. "
            + $"Struck: {FaultSchedule.Describe(fixture.Sandbox)}";
    }
}
