using System.Text;
using PxxlPeriscope.Webhooks;
using PxxlPeriscope.Webhooks.Receiving;
using PxxlPeriscope.Webhooks.Signatures;

namespace PxxlPeriscope.Tests.Webhooks.Receiving;

/// <summary>Verifies the folder of waiting events.</summary>
public sealed class WebhookInboxTests : IDisposable
{
    private static readonly DateTimeOffset SentAt = new(2026, 3, 14, 9, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = new();
    private readonly AutoAdvancingClock _clock = new();

    private string Folder => _folder["inbox"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_stored_event_is_read_back_byte_for_byte()
    {
        byte[] body = [.. Encoding.UTF8.GetBytes("{\"note\":\"größer 配置 🚀\\n\"}\r\n"), 0, 255, 254];
        var request = WebhookRequest.From(
            body,
            [.. SignedWebhook.Headers(body, SentAt, SignatureScheme.Secret), new("Host", "example.test")]
        );

        var read = Synchronously.Read(Inbox().Keep(request))!;

        Assert.Equal(body, read.Body);
        Assert.Equal(
            (request.Signature, request.Timestamp, request.Event, request.ActionType),
            (read.Signature, read.Timestamp, read.Event, read.ActionType)
        );
        Assert.True(
            new WebhookVerifier { Secrets = [SignedWebhook.Secret], Tolerance = null }
                .Check(read)
                .IsValid
        );
    }

    [Fact]
    public void An_event_is_one_file_without_leftovers()
    {
        var path = Inbox().Keep(Event("dep_1"));

        Assert.Equal([path], Directory.GetFiles(Folder));
        Assert.EndsWith(".json", path, StringComparison.Ordinal);
    }

    [Fact]
    public void An_incomplete_file_of_a_crash_is_not_an_event()
    {
        var path = Inbox().Keep(Event("dep_1"));
        File.WriteAllText(
            Path.Combine(Folder, "20260314T0926535890001-00000000000000000000000000000000.json.tmp"),
            """{"headers":{"X-Pxxl-Sig"""
        );

        Assert.Equal([path], Inbox().ListPending());
    }

    [Fact]
    public void An_event_that_was_written_incompletely_is_stored_when_it_is_sent_again()
    {
        var inbox = Inbox();
        var path = inbox.Keep(Event("dep_1"));
        File.Move(path, path + ".tmp");
        _clock.Advance(TimeSpan.FromSeconds(1));

        var again = inbox.Keep(Event("dep_1"));

        Assert.Equal([again], inbox.ListPending());
        Assert.NotNull(Synchronously.Read(again));
    }

    [Fact]
    public void The_same_event_twice_is_one_file()
    {
        var first = Inbox().Keep(Event("dep_1"));
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(first, Inbox().Keep(Event("dep_1")));
        Assert.Single(Inbox().ListPending());
    }

    [Fact]
    public void The_same_event_from_many_concurrent_senders_is_one_file()
    {
        var inbox = new WebhookInbox(Folder);
        using var start = new Barrier(8);

        var threads = Enumerable
            .Range(0, 8)
            .Select(_ => new Thread(() =>
            {
                for (var round = 0; round < 20; round++)
                {
                    start.SignalAndWait();
                    inbox.Keep(Event($"dep_{round}"));
                }
            }))
            .ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.Equal(20, inbox.ListPending().Count);
    }

    [Fact]
    public void The_same_body_with_another_timestamp_is_another_event()
    {
        Inbox().Keep(Event("dep_1"));
        Inbox().Keep(SignedWebhook.Request(SignedWebhook.Body("dep_1"), SentAt.AddSeconds(1)));

        Assert.Equal(2, Inbox().ListPending().Count);
    }

    [Fact]
    public void The_oldest_event_is_listed_first()
    {
        var inbox = Inbox();
        string[] ids = ["dep_3", "dep_1", "dep_2", "dep_0"];
        foreach (var id in ids)
        {
            inbox.Keep(Event(id));
            _clock.Advance(TimeSpan.FromTicks(1));
        }

        Assert.Equal(ids, Inbox().ListPending().Select(path => Read(path).Deployment!.Id));
    }

    [Fact]
    public void The_oldest_event_is_listed_first_including_those_of_version_0_1_0()
    {
        var inbox = Inbox();
        var second = inbox.Keep(Event("dep_2"));
        _clock.Advance(TimeSpan.FromTicks(1));
        var fourth = inbox.Keep(Event("dep_4"));
        var first = Path.Combine(Folder, "20260101T0000000000000-00000000000000000000000000000001.json");
        var third = Path.Combine(Folder, "20260314T0926535890000-00000000000000000000000000000003.json");
        File.WriteAllText(first, "{}");
        File.WriteAllText(third, "{}");
        File.SetLastWriteTimeUtc(second, File.GetLastWriteTimeUtc(second).AddTicks(-1));

        Assert.Equal([first, second, third, fourth], inbox.ListPending());
    }

    [Fact]
    public void An_event_that_version_0_1_0_stored_is_not_stored_again()
    {
        var path = Inbox().Keep(Event("dep_1"));
        var earlier = Path.Combine(Folder, $"20260101T0000000000000-{Path.GetFileName(path)}");
        File.Move(path, earlier);
        var inbox = Inbox();

        Assert.Equal(earlier, inbox.Keep(Event("dep_1")));
        Assert.Equal([earlier], inbox.ListPending());

        File.Delete(earlier);
        Assert.Equal([inbox.Keep(Event("dep_1"))], inbox.ListPending());
    }

    [Fact]
    public void The_same_event_stored_by_two_concurrent_receivers_is_one_file()
    {
        WebhookInbox[] inboxes = [new(Folder), new(Folder)];
        using var start = new Barrier(8);

        var threads = Enumerable
            .Range(0, 8)
            .Select(number => new Thread(() =>
            {
                for (var round = 0; round < 20; round++)
                {
                    start.SignalAndWait();
                    inboxes[number % 2].Keep(Event($"dep_{round}"));
                }
            }))
            .ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.Equal(20, Directory.GetFileSystemEntries(Folder).Length);
    }

    [Fact]
    public void Many_events_with_the_same_time_are_all_stored()
    {
        var inbox = Inbox();

        Assert.Equal(50, Enumerable.Range(0, 50).Select(number => inbox.Keep(Event($"dep_{number}"))).Distinct().Count());
        Assert.Equal(50, inbox.ListPending().Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"headers":{},"body":"no base64!"}""")]
    [InlineData("""{"headers":{},"body":1}""")]
    [InlineData("""{"headers":[],"body":""}""")]
    [InlineData("""{"headers":{"X-Pxxl-Signature":1},"body":""}""")]
    public void A_damaged_file_is_renamed_and_not_lost(string content)
    {
        var path = Inbox().Keep(Event("dep_1"));
        File.WriteAllText(path, content);

        Assert.Null(Synchronously.Read(path));

        Assert.Empty(Inbox().ListPending());
        Assert.Equal(content, File.ReadAllText(path + ".damaged"));
    }

    [Fact]
    public async Task A_completed_event_is_deleted_and_a_rejected_one_is_renamed()
    {
        var inbox = Inbox();
        var (done, refused) = (new InboxItem(inbox.Keep(Event("dep_1"))), new InboxItem(inbox.Keep(Event("dep_2"))));

        await done.CompleteAsync(SandboxFixture.Ct);
        await done.CompleteAsync(SandboxFixture.Ct);
        await refused.QuarantineAsync("refused", SandboxFixture.Ct);
        await refused.QuarantineAsync("refused", SandboxFixture.Ct);

        Assert.Empty(inbox.ListPending());
        Assert.Equal([refused.Path + ".refused"], Directory.GetFiles(Folder));
    }

    [Fact]
    public void A_missing_folder_is_created()
    {
        Assert.Empty(new WebhookInbox(_folder["a/b/c"]).ListPending());
        Assert.True(Directory.Exists(_folder["a/b/c"]));
    }

    [Fact]
    public void A_folder_that_cannot_be_used_fails_before_the_first_event()
    {
        File.WriteAllText(_folder["file"], "not a folder");

        Assert.ThrowsAny<IOException>(() => new WebhookInbox(_folder["file"]));
        Assert.ThrowsAny<IOException>(() => new WebhookInbox(_folder["file/below"]));
        Assert.Equal("not a folder", File.ReadAllText(_folder["file"]));
    }

    [Fact]
    public void Opening_a_folder_leaves_no_files()
    {
        _ = Inbox();

        Assert.Empty(Directory.GetFileSystemEntries(Folder));
    }

    [Fact]
    public void A_deleted_folder_stores_nothing_until_it_exists_again()
    {
        var inbox = Inbox();
        Directory.Delete(Folder);

        Assert.ThrowsAny<IOException>(() => inbox.Keep(Event("dep_1")));

        Directory.CreateDirectory(Folder);
        Assert.Equal([inbox.Keep(Event("dep_1"))], inbox.ListPending());
    }

    private WebhookInbox Inbox() => new(Folder, _clock);

    private static WebhookRequest Event(string id) => SignedWebhook.Request(SignedWebhook.Body(id), SentAt);

    private static PxxlWebhookEvent Read(string path) => SignedWebhook.ReadEvent(Synchronously.Read(path)!.Body);
}
