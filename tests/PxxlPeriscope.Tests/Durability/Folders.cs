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
    public void AssertNothingIsLeft()
    {
        List<string> left =
        [
            .. Directory.EnumerateFiles(_scratch.Path, "*damaged*", SearchOption.AllDirectories).Select(file => $"{file} was set aside as damaged"),
            .. SyncState.Look(State, TimeProvider.System, left => Assert.Fail(left)).Pending.Values.Select(pending => $"{pending.Report.DeploymentId} waits in the state: {pending.LastError}"),
            .. Box?.Waiting().Select(item => $"{item.DeploymentId} waits in the outbox: {item.LastError}") ?? [],
            .. Box?.Dead().Select(item => $"{item.DeploymentId} was refused: {item.LastError}") ?? [],
        ];
        Truth.Fail(left, "Nothing was to be left.");
    }

    public Outbox? Box => Outbox is null ? null : PxxlPeriscope.Outbox.Look(Outbox);

    public void Dispose() => _scratch.Dispose();
}
