using PxxlPeriscope.Sandbox;

namespace PxxlPeriscope.Tests;

/// <summary>Synchronising while a third of all calls fails in every way there is.</summary>
[Trait("Kind", "Durability")]
public sealed class FaultsDurabilityTests
{
    /// <summary>As schedules have it, the first in the middle of deployments; whatever a service asked to wait is over by then.</summary>
    private static readonly TimeSpan[] BetweenRuns = [TimeSpan.FromMinutes(5), TimeSpan.FromHours(3)];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Everything_arrives_once_and_in_its_final_state(bool hasOutbox)
    {
        var stop = Size.Here.Ends();
        var (world, stalls) = await StallWatch.StartWorldAsync(Size.Here.Deployments);
        await using var services = world;
        await using var watch = stalls;
        using var folders = new Folders(hasOutbox);
        var life = new Life(world.Sandbox, new Random(1));
        var summaries = new List<SyncSummary>();
        var unread = 0;
        Trouble.Begin(world.Sandbox);

        while (!IsOver())
        {
            Assert.True(summaries.Count + unread < Size.Here.Runs, $"It is not over after {summaries.Count} runs and {unread} that could not read. {Tell()}");
            if (summaries.Count < 3)
            {
                life.Begin(10);
            }

            var run = new SyncRun(world.Pxxl, world.Log)
            {
                StatePath = folders.State,
                OutboxPath = folders.Outbox,
                Conversion = new ReportConversion { TimeProvider = world.Clock },
            };
            try
            {
                await foreach (var _ in run.RunAsync(world.Periscope, stop))
                {
                }

                summaries.Add(run.Summary!);
            }
            catch (ServiceException unreadable) when (unreadable.Service == ServiceName.Pxxl)
            {
                unread++;
            }

            world.Clock.Advance(BetweenRuns[(summaries.Count + unread) % BetweenRuns.Length]);
        }

        Truth.AssertArrived(world.Sandbox, Tell());
        await folders.AssertNothingIsLeftAsync();
        Assert.Equal(0, world.Sandbox.RetriedTooEarly);
        Trouble.AssertAllHappened(world.Sandbox);
        // Sent again is only what may not have arrived: a call without an answer, or with one that says nothing.
        Assert.InRange(Truth.Repetitions(world.Sandbox), 0, Unanswered());
        TestContext.Current.TestOutputHelper?.WriteLine(Tell());

        // After life has stopped, one run that found nothing new.
        bool IsOver() => summaries.Count > 4 && summaries[^1] is { IsComplete: true, Reported: 0 };

        int Unanswered() => world.Calls.Count(call => call is { Method: "POST", Problem: not null })
            + world.Sandbox.Faults.Struck(Service.Periscope, FaultKind.TruncatedJson);

        string Tell() => $"{summaries.Count} runs and {unread} that could not read; {world.Sandbox.RequestCount} requests; "
            + $"{Truth.Repetitions(world.Sandbox)} repetitions of what was stored, of {Unanswered()} unanswered; "
            + $"reported {string.Join(" + ", summaries.Select(summary => summary.Reported))}; queued {string.Join(", ", summaries.Select(summary => summary.Queued))}. "
            + $"Struck: {Trouble.Tell(world.Sandbox)}";
    }
}
