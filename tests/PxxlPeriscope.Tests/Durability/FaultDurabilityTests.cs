using PxxlPeriscope.Reports.Conversion;
using PxxlPeriscope.Sandbox;
using PxxlPeriscope.Sandbox.Faults;
using PxxlPeriscope.Sync;

namespace PxxlPeriscope.Tests.Durability;

/// <summary>Synchronizes while a third of all calls fails, with all kinds of faults.</summary>
[Trait("Kind", "Durability")]
public sealed class FaultDurabilityTests
{
    /// <summary>Typical schedule intervals. The first falls into running deployments, and all are longer than any Retry-After.</summary>
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
                $"Not complete after {summaries.Count} runs and {unread} that could not read Pxxl. {Tell()}"
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
        // Only a report that may not have arrived is repeated: after a request without a response, or with a response that cannot be read.
        Assert.InRange(ExpectedReports.CountRepetitions(fixture.Sandbox), 0, Unanswered());
        TestContext.Current.TestOutputHelper?.WriteLine(Tell());

        // Complete when a run finds nothing new after no more deployments are started.
        bool IsOver() => summaries.Count > 4 && summaries[^1] is { IsComplete: true, Reported: 0 };

        int Unanswered() =>
            fixture.Calls.Count(call => call is { Method: "POST", Problem: not null })
            + fixture.Sandbox.Faults.CountInjected(Service.Periscope, FaultKind.TruncatedJson);

        string Tell() =>
            $"{summaries.Count} runs and {unread} that could not read Pxxl; {fixture.Sandbox.RequestCount} requests; "
            + $"{ExpectedReports.CountRepetitions(fixture.Sandbox)} repeated reports after {Unanswered()} requests without a response; "
            + $"reported {string.Join(" + ", summaries.Select(summary => summary.Reported))}; "
            + $"queued {string.Join(", ", summaries.Select(summary => summary.Queued))}. "
            + $"Faults: {FaultSchedule.Describe(fixture.Sandbox)}";
    }
}
