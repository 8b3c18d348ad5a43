namespace PxxlPeriscope.Tests;

/// <summary>The folders of a synchronisation, which go with the test.</summary>
internal sealed class Folders : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    public Folders(bool hasOutbox = true)
    {
        State = Directory.CreateDirectory(_scratch["state"]).FullName;
        OtherState = Directory.CreateDirectory(_scratch["other-state"]).FullName;
        Outbox = hasOutbox ? Directory.CreateDirectory(_scratch["outbox"]).FullName : null;
    }

    public string State { get; }

    public string OtherState { get; }

    public string? Outbox { get; }

    /// <summary>What nobody may find after everything went well.</summary>
    public async Task AssertNothingIsLeftAsync()
    {
        var stop = TestContext.Current.CancellationToken;
        var state = await SyncState.LookAsync(State, TimeProvider.System, left => Assert.Fail(left), stop);
        var outbox = Outbox is null ? null : await PxxlPeriscope.Outbox.LookAsync(Outbox, stop);
        List<string> left =
        [
            .. Directory.EnumerateFiles(_scratch.Path, "*damaged*", SearchOption.AllDirectories).Select(file => $"{file} was set aside as damaged"),
            .. state.Pending.Values.Select(pending => $"{pending.Report.DeploymentId} waits in the state: {pending.LastError}"),
            .. outbox is null ? [] : (await outbox.WaitingAsync(stop)).Select(item => $"{item.DeploymentId} waits in the outbox: {item.LastError}"),
            .. outbox is null ? [] : (await outbox.DeadAsync(stop)).Select(item => $"{item.DeploymentId} was refused: {item.LastError}"),
        ];
        Truth.Fail(left, "Nothing was to be left.");
    }

    public void Dispose() => _scratch.Dispose();
}
