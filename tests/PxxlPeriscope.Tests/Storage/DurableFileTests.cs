using System.Collections.Concurrent;
using PxxlPeriscope.Ledger;
using PxxlPeriscope.Outbox;
using PxxlPeriscope.Storage;
using PxxlPeriscope.Tests.Webhooks;
using PxxlPeriscope.Webhooks;
using PxxlPeriscope.Webhooks.Receiving;
using PxxlPeriscope.Webhooks.Signatures;

namespace PxxlPeriscope.Tests.Storage;

/// <summary>Verifies that nothing is acknowledged before its content and its name are on the disk.</summary>
public sealed class DurableFileTests : IDisposable
{
    private const string NoSuchCall = "Windows has no call that flushes a folder.";

    private readonly TempFolder _folder = new();
    private readonly ConcurrentQueue<(string Path, bool IsNamed)> _flushed = new();

    public DurableFileTests() => DurableFile.Flushed += Note;

    public static bool IsLinux => OperatingSystem.IsLinux();

    public static bool IsWindows => OperatingSystem.IsWindows();

    private string File_ => _folder["file"];

    public void Dispose()
    {
        DurableFile.Flushed -= Note;
        _folder.Dispose();
    }

    [Fact]
    public void A_flush_writes_to_the_disk_and_not_only_to_the_system_cache()
    {
        using var file = new RecordedFile(File_);

        DurableFile.Flush(file);

        Assert.Equal([true], file.Flushes);
        Assert.Equal([File_], Flushed());
    }

    [Fact(Skip = "Requires a file system without this support, such as /proc on Linux.", SkipUnless = nameof(IsLinux))]
    public void A_folder_is_flushed_if_its_file_system_supports_it()
    {
        Assert.True(DurableFile.FlushFolder(_folder.Path));
        Assert.False(DurableFile.FlushFolder("/proc/self"));
        Assert.Throws<IOException>(() => DurableFile.FlushFolder(_folder["missing"]));
    }

    [Fact]
    public async Task A_file_gets_its_name_only_after_its_content_is_on_the_disk()
    {
        await AtomicFile.WriteAsync(File_, file => file.Write("content"u8), SandboxFixture.Ct);

        var (path, isNamed) = _flushed.First();
        Assert.StartsWith(File_ + ".", path, StringComparison.Ordinal);
        Assert.False(isNamed);
    }

    [Fact(Skip = NoSuchCall, SkipWhen = nameof(IsWindows))]
    public async Task The_name_of_a_written_file_is_on_the_disk()
    {
        await AtomicFile.WriteAsync(File_, file => file.Write("content"u8), SandboxFixture.Ct);

        Assert.Equal((_folder.Path, true), _flushed.Last());
    }

    [Fact]
    public async Task Probing_a_folder_writes_to_the_disk_and_its_leftovers_are_removed_later()
    {
        var (probe, length) = ("", 0L);
        DurableFile.Flushed += Look;
        AtomicFile.Probe(_folder.Path);
        DurableFile.Flushed -= Look;
        Assert.Equal(4096, length);

        File.WriteAllText(probe, "left behind");
        await AtomicFile.RemoveLeftoversAsync(_folder.Path, DateTime.UtcNow.AddDays(2), SandboxFixture.Ct);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));

        void Look(string path)
        {
            if (path.StartsWith(_folder.Path, StringComparison.Ordinal))
            {
                (probe, length) = (path, new FileInfo(path).Length);
            }
        }
    }

    [Fact(Skip = NoSuchCall, SkipWhen = nameof(IsWindows))]
    public async Task The_new_name_of_a_quarantined_file_is_on_the_disk()
    {
        File.WriteAllText(File_, "content");

        await AtomicFile.QuarantineAsync(File_, "damaged", SandboxFixture.Ct);

        Assert.Equal([_folder.Path], Flushed());
    }

    [Fact(Skip = NoSuchCall, SkipWhen = nameof(IsWindows))]
    public void The_names_of_a_created_folder_and_its_parents_are_on_the_disk()
    {
        DurableFile.CreateFolder(_folder["a/b"]);
        Assert.Equal([_folder.Path, _folder["a"]], Flushed().Order(StringComparer.Ordinal));

        DurableFile.CreateFolder(_folder["a/b"]);
        Assert.Equal(2, _flushed.Count);
    }

    [Fact]
    public async Task The_attempt_to_send_a_final_status_is_on_the_disk_before_it_is_sent()
    {
        var sent = await DeliveryLedger.OpenAsync(File_, TimeProvider.System, warn: null, SandboxFixture.Ct);
        await sent.RecordAttemptAsync(SampleReports.InProgress(), SandboxFixture.Ct);
        Assert.Empty(_flushed);

        await sent.RecordAttemptAsync(SampleReports.Valid(), SandboxFixture.Ct);
        await sent.RecordAttemptAsync(SampleReports.Valid("pxxl-2"), SandboxFixture.Ct);

        Assert.Equal(2, Flushed().Count(path => path == File_));
    }

    [Fact(Skip = NoSuchCall, SkipWhen = nameof(IsWindows))]
    public async Task The_name_of_a_file_of_lines_is_on_the_disk_with_its_first_line()
    {
        var sent = await DeliveryLedger.OpenAsync(File_, TimeProvider.System, warn: null, SandboxFixture.Ct);

        await sent.RecordConfirmationAsync(SampleReports.Valid(), SandboxFixture.Ct);
        Assert.Equal([_folder.Path], Flushed());

        await sent.RecordConfirmationAsync(SampleReports.Valid("pxxl-2"), SandboxFixture.Ct);
        Assert.Single(_flushed);
    }

    [Fact]
    public async Task A_signature_is_on_the_disk_before_it_is_accepted()
    {
        await new ReplayGuard(File_).RememberAsync([.. Enumerable.Repeat((byte)1, 32)], SandboxFixture.Ct);
        await new ReplayGuard(File_).RememberAsync([.. Enumerable.Repeat((byte)2, 32)], SandboxFixture.Ct);

        Assert.Equal(2, Flushed().Count(path => path == File_));
    }

    [Fact(Skip = NoSuchCall, SkipWhen = nameof(IsWindows))]
    public async Task The_name_of_a_new_replay_guard_is_on_the_disk()
    {
        await new ReplayGuard(File_).RememberAsync(new byte[32], SandboxFixture.Ct);

        Assert.Equal([File_, _folder.Path], Flushed());
    }

    [Fact]
    public async Task An_event_is_on_the_disk_before_it_is_acknowledged()
    {
        var inbox = new WebhookInbox(_folder["inbox"]);

        var path = await inbox.StoreAsync(Event(), SandboxFixture.Ct);

        Assert.Contains(Flushed(), flushed => flushed.StartsWith(path + ".", StringComparison.Ordinal));
    }

    [Fact(Skip = NoSuchCall, SkipWhen = nameof(IsWindows))]
    public async Task The_name_of_an_event_is_on_the_disk_even_if_another_process_stored_it()
    {
        await new WebhookInbox(_folder["inbox"]).StoreAsync(Event(), SandboxFixture.Ct);
        var inbox = new WebhookInbox(_folder["inbox"]);
        _flushed.Clear();

        await inbox.StoreAsync(Event(), SandboxFixture.Ct);

        Assert.Equal([_folder["inbox"]], Flushed());
    }

    [Fact(Skip = NoSuchCall, SkipWhen = nameof(IsWindows))]
    public async Task The_removal_of_an_outbox_item_is_on_the_disk()
    {
        var outbox = await ReportOutbox.OpenAsync(Directory.CreateDirectory(_folder["outbox"]).FullName, SandboxFixture.Ct);
        await outbox.EnqueueAsync(SampleReports.Valid(), failure: null, SandboxFixture.Ct);
        var item = (await outbox.ListPendingAsync(SandboxFixture.Ct)).Single();
        _flushed.Clear();

        await ReportOutbox.RemoveAsync(item, SandboxFixture.Ct);

        Assert.Equal([outbox.Folder], Flushed());
    }

    private static WebhookRequest Event() => SignedWebhook.Request(SignedWebhook.Body("dep_1"), DateTimeOffset.UnixEpoch);

    private IEnumerable<string> Flushed() => _flushed.Select(flushed => flushed.Path);

    /// <summary>Records whether the file has its name by then. Other tests flush at the same time, in their own folders.</summary>
    private void Note(string path)
    {
        if (path.StartsWith(_folder.Path, StringComparison.Ordinal))
        {
            _flushed.Enqueue((path, File.Exists(File_)));
        }
    }

    private sealed class RecordedFile(string path) : FileStream(path, FileMode.CreateNew, FileAccess.Write)
    {
        public List<bool> Flushes { get; } = [];

        public override void Flush(bool flushToDisk)
        {
            Flushes.Add(flushToDisk);
            base.Flush(flushToDisk);
        }
    }
}
