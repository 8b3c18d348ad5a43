using PxxlPeriscope.Outbox;
using PxxlPeriscope.Reports.Conversion;
using PxxlPeriscope.Sandbox;
using PxxlPeriscope.Sandbox.Faults;
using PxxlPeriscope.Sync;
using PxxlPeriscope.SyncProcess;

namespace PxxlPeriscope.Tests.Durability;

/// <summary>Synchronizing with an outbox while Periscope is down.</summary>
[Trait("Kind", "Durability")]
public sealed class PeriscopeOutageDurabilityTests
{
    [Theory]
    [InlineData(FaultKind.Unavailable503)]
    [InlineData(FaultKind.TooManyRequestsSeconds)]
    [InlineData(FaultKind.ResetBeforeResponse)]
    public async Task Everything_waits_in_the_outbox_and_arrives_with_one_delivery(FaultKind kind)
    {
        var stop = DurabilityScale.FromEnvironment.HasReached();
        await using var fixture = await SandboxFixture.StartAsync(new() { Deployments = DurabilityScale.FromEnvironment.Deployments });
        using var folders = new DurabilityFolders();
        var life = new LiveDeployments(fixture.Sandbox, new Random(1));
        fixture.Clock.Advance(LiveDeployments.MaxDuration);
        RecentDeployments.Create(fixture.Sandbox);
        fixture.Sandbox.Faults.Add(new Fault { Kind = kind, Service = Service.Periscope });

        // Once while some run, and again when they have ended: then that is what waits.
        life.Start(20);
        await RunAsync();
        fixture.Clock.Advance(LiveDeployments.MaxDuration);
        await RunAsync();

        var expected = ExpectedReports.StatusById(fixture.Sandbox);
        var outbox = await ReportOutbox.OpenReadOnlyAsync(folders.Outbox!, stop, fixture.Clock, warning => Assert.Fail(warning));
        var waiting = await outbox.ListPendingAsync(stop);
        Assert.Empty(fixture.Sandbox.Reports.Attempts);
        Assert.Equal(expected.Count, Directory.GetFiles(folders.Outbox!, "*.json").Length);
        ExpectedReports.FailIfAny(
            [
                .. expected
                    .Except(waiting.Select(item => KeyValuePair.Create(item.DeploymentId, item.Status)))
                    .Select(missing => $"{missing.Key} does not wait as {missing.Value}"),
            ],
            $"{waiting.Count} of {expected.Count} wait."
        );

        fixture.Sandbox.Faults.Clear();
        fixture.Clock.Advance(LiveDeployments.MaxDuration);
        var delivered = await OutboxRun.DeliverAsync(
            await ReportOutbox.OpenAsync(folders.Outbox!, stop, fixture.Clock),
            fixture.Periscope,
            4,
            fixture.Clock,
            null,
            stop
        );

        Assert.Equal(new OutboxSummary(expected.Count, 0, 0, null), delivered);
        ExpectedReports.AssertAllArrived(fixture.Sandbox, delivered.ToString());
        Assert.All(fixture.Sandbox.Reports.ByDeploymentId.Values, report => Assert.Equal(1, report.TimesPosted));
        await folders.AssertEmptyAsync();
        Assert.Equal(0, fixture.Sandbox.RetriedTooEarly);

        async Task RunAsync()
        {
            var run = new SyncJob(fixture.Pxxl, fixture.Log)
            {
                StatePath = folders.State,
                OutboxPath = folders.Outbox,
                Conversion = new ReportConverter { TimeProvider = fixture.Clock },
            };
            await foreach (var _ in run.RunAsync(fixture.Periscope, stop)) { }

            Assert.Equal(StateFailure.NotDelivered, run.Failure?.Cause);
        }
    }
}
