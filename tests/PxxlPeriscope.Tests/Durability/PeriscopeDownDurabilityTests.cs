using PxxlPeriscope.Sandbox;
using PxxlPeriscope.SyncProcess;

namespace PxxlPeriscope.Tests;

/// <summary>Synchronising with an outbox while Periscope is down.</summary>
[Trait("Kind", "Durability")]
public sealed class PeriscopeDownDurabilityTests
{
    [Theory]
    [InlineData(FaultKind.Unavailable503)]
    [InlineData(FaultKind.TooManyRequestsSeconds)]
    [InlineData(FaultKind.ResetBeforeResponse)]
    public async Task Everything_waits_in_the_outbox_and_arrives_with_one_delivery(FaultKind kind)
    {
        var stop = Size.Here.Ends();
        await using var world = await World.StartAsync(new() { Deployments = Size.Here.Deployments });
        using var folders = new Folders();
        var life = new Life(world.Sandbox, new Random(1));
        world.Clock.Advance(Life.Longest);
        Recent.Make(world.Sandbox);
        world.Sandbox.Faults.Add(new Fault { Kind = kind, Service = Service.Periscope });

        // Once while some run, and again when they have ended: then that is what waits.
        life.Begin(20);
        await RunAsync();
        world.Clock.Advance(Life.Longest);
        await RunAsync();

        var expected = Truth.StatusById(world.Sandbox);
        var outbox = await Outbox.LookAsync(folders.Outbox!, stop, world.Clock, warning => Assert.Fail(warning));
        var waiting = await outbox.WaitingAsync(stop);
        Assert.Empty(world.Sandbox.Reports.Attempts);
        Assert.Equal(expected.Count, Directory.GetFiles(folders.Outbox!, "*.json").Length);
        Truth.Fail(
            [.. expected.Except(waiting.Select(item => KeyValuePair.Create(item.DeploymentId, item.Status))).Select(missing => $"{missing.Key} does not wait as {missing.Value}")],
            $"{waiting.Count} of {expected.Count} wait.");

        world.Sandbox.Faults.Clear();
        world.Clock.Advance(Life.Longest);
        var delivered = await OutboxRun.DeliverAsync(await Outbox.OpenAsync(folders.Outbox!, stop, world.Clock), world.Periscope, 4, world.Clock, null, stop);

        Assert.Equal(new OutboxSummary(expected.Count, 0, 0, null), delivered);
        Truth.AssertArrived(world.Sandbox, delivered.ToString());
        Assert.All(world.Sandbox.Reports.ByDeploymentId.Values, report => Assert.Equal(1, report.TimesPosted));
        await folders.AssertNothingIsLeftAsync();
        Assert.Equal(0, world.Sandbox.RetriedTooEarly);

        async Task RunAsync()
        {
            var run = new SyncRun(world.Pxxl, world.Log)
            {
                StatePath = folders.State,
                OutboxPath = folders.Outbox,
                Conversion = new ReportConversion { TimeProvider = world.Clock },
            };
            await foreach (var _ in run.RunAsync(world.Periscope, stop))
            {
            }

            Assert.Equal(FailureCause.NotDelivered, run.Failure?.Cause);
        }
    }
}
