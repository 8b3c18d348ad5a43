using PxxlPeriscope.Storage;
using PxxlPeriscope.Tests.Webhooks.Receiving;

namespace PxxlPeriscope.Tests.Storage;

/// <summary>That many wait for one flush, and none for one that began before it came.</summary>
public sealed class SharedFolderFlushTests
{
    public static bool IsWindows => OperatingSystem.IsWindows();

    [Fact(Skip = "Windows has no call that writes a folder to the disk.", SkipWhen = nameof(IsWindows))]
    public async Task Who_comes_during_a_flush_shares_the_next_one()
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

    [Fact(Skip = "Windows has no call that writes a folder to the disk.", SkipWhen = nameof(IsWindows))]
    public async Task A_disk_that_refuses_is_an_error_for_those_who_waited_and_for_nobody_later()
    {
        using var folder = new TempFolder();
        var flush = new SharedFolderFlush(folder["missing"]);
        await Assert.ThrowsAsync<IOException>(flush.FlushAsync);

        Directory.CreateDirectory(folder["missing"]);

        await flush.FlushAsync();
    }
}
