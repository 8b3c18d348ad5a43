using PxxlPeriscope.Storage;
using PxxlPeriscope.Tests.Webhooks.Receiving;

namespace PxxlPeriscope.Tests.Storage;

/// <summary>Verifies that several callers share one flush, but none shares a flush that started before its call.</summary>
public sealed class SharedFolderFlushTests
{
    public static bool IsWindows => OperatingSystem.IsWindows();

    [Fact(Skip = "Windows has no call that flushes a folder.", SkipWhen = nameof(IsWindows))]
    public async Task Requests_during_a_flush_share_the_next_one()
    {
        using var folder = new TempFolder();
        using var held = new BlockedFlush(folder.Path);
        var flush = new SharedFolderFlush(folder.Path);
        var first = flush.FlushAsync();
        await held.ReachedAsync();

        var others = Enumerable.Range(0, 50).Select(_ => flush.FlushAsync()).ToList();
        Assert.Equal(1, held.Count);
        Assert.DoesNotContain(others, other => other.IsCompleted);
        held.Release();
        await Task.WhenAll([first, .. others]);

        Assert.Equal(2, held.Count);
        await flush.FlushAsync();
        Assert.Equal(3, held.Count);
    }

    [Fact(Skip = "Windows has no call that flushes a folder.", SkipWhen = nameof(IsWindows))]
    public async Task A_failed_flush_causes_an_error_for_its_callers_only()
    {
        using var folder = new TempFolder();
        var flush = new SharedFolderFlush(folder["missing"]);
        await Assert.ThrowsAsync<IOException>(flush.FlushAsync);

        Directory.CreateDirectory(folder["missing"]);

        await flush.FlushAsync();
    }
}
