using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Tests.Webhooks.Receiving;

/// <summary>
/// Holds every flush of a folder before it completes, until it is released, so that tests know that callers are waiting.
/// </summary>
internal sealed class BlockedFlush : IDisposable
{
    private readonly string _folder;
    private readonly ManualResetEventSlim _release = new();
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;

    public BlockedFlush(string folder)
    {
        _folder = folder;
        DurableFile.Flushed += Hold;
    }

    public int Count => Volatile.Read(ref _count);

    public Task ReachedAsync() => _reached.Task.WaitAsync(SandboxFixture.Ct);

    public void Release() => _release.Set();

    public void Dispose()
    {
        DurableFile.Flushed -= Hold;
        _release.Set();
    }

    private void Hold(string path)
    {
        // Windows has no flush of folders, so the flush of the file is held there.
        if (path == _folder || (OperatingSystem.IsWindows() && path.StartsWith(_folder, StringComparison.Ordinal)))
        {
            Interlocked.Increment(ref _count);
            _reached.TrySetResult();
            _release.Wait(SandboxFixture.Ct);
        }
    }
}
