using PxxlPeriscope.Sync;

namespace PxxlPeriscope.Tests.Durability;

/// <summary>The folders of a synchronization, which are deleted after the test.</summary>
internal sealed class DurabilityFolders : IDisposable
{
    private readonly TempFolder _scratch = new();

    public DurabilityFolders(bool hasOutbox = true)
    {
        State = Directory.CreateDirectory(_scratch["state"]).FullName;
        OtherState = Directory.CreateDirectory(_scratch["other-state"]).FullName;
        Outbox = hasOutbox ? Directory.CreateDirectory(_scratch["outbox"]).FullName : null;
    }

    public string State { get; }

    public string OtherState { get; }

    public string? Outbox { get; }

    /// <summary>Asserts that no damaged files, pending reports or dead letters are left.</summary>
    public async Task AssertEmptyAsync()
    {
        var stop = TestContext.Current.CancellationToken;
        var state = await SyncState.OpenReadOnlyAsync(State, TimeProvider.System, remaining => Assert.Fail(remaining), stop);
        var outbox = Outbox is null ? null : await PxxlPeriscope.Outbox.ReportOutbox.OpenReadOnlyAsync(Outbox, stop);
        List<string> remaining =
        [
            .. Directory
                .EnumerateFiles(_scratch.Path, "*damaged*", SearchOption.AllDirectories)
                .Select(file => $"{file} is a damaged file"),
            .. state.Pending.Values.Select(pending => $"{pending.Report.DeploymentId} is pending in the state: {pending.LastError}"),
            .. outbox is null
                ? []
                : (await outbox.ListPendingAsync(stop)).Select(item => $"{item.DeploymentId} is queued in the outbox: {item.LastError}"),
            .. outbox is null
                ? []
                : (await outbox.ListDeadLettersAsync(stop)).Select(item => $"{item.DeploymentId} is a dead letter: {item.LastError}"),
        ];
        ExpectedReports.FailIfAny(remaining, "Nothing should be left.");
    }

    public void Dispose() => _scratch.Dispose();
}
