using System.Net;
using System.Net.Sockets;
using System.Text;
using PxxlPeriscope.Webhooks.Receiving;
using PxxlPeriscope.Webhooks.Signatures;

namespace PxxlPeriscope.Tests.Webhooks.Receiving;

/// <summary>Verifies which events are returned from an inbox: those stored earlier, and those that arrive.</summary>
public sealed class WebhookReceiverTests : IDisposable
{
    private static readonly DateTimeOffset LongAgo = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly TempFolder _folder = new();
    private readonly AutoAdvancingClock _clock = new();

    private WebhookInbox Inbox => new(_folder["inbox"], _clock);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Stored_events_are_returned_first_and_oldest_first_regardless_of_their_age()
    {
        foreach (var id in new[] { "dep_c", "dep_a", "dep_b" })
        {
            Keep(SignedWebhook.Body(id));
        }

        var received = await ReceiveAsync(3);

        Assert.Equal(["dep_c", "dep_a", "dep_b"], received.Select(webhook => webhook.Event!.Deployment!.Id));
        Assert.All(received, webhook => Assert.Null(webhook.Failure));
        // The events were not completed, so they are returned again after a restart.
        Assert.Equal(3, Inbox.ListPending().Count);
    }

    [Fact]
    public async Task Only_events_that_are_not_completed_are_returned_again()
    {
        Keep(SignedWebhook.Body("dep_a"));
        Keep(SignedWebhook.Body("dep_b"));
        await (await ReceiveAsync(2))[0].InboxItem.CompleteAsync(SandboxFixture.Ct);

        Assert.Equal(["dep_b"], (await ReceiveAsync(1)).Select(webhook => webhook.Event!.Deployment!.Id));
    }

    [Fact]
    public async Task A_replay_guard_does_not_refuse_stored_events()
    {
        var path = Keep(SignedWebhook.Body());
        var guard = new ReplayGuard(_folder["seen"]);
        await guard.RememberAsync(
            WebhookSignature.Decode((await WebhookInbox.ReadAsync(path, SandboxFixture.Ct))!.Signature!)!,
            SandboxFixture.Ct
        );

        Assert.Null(Assert.Single(await ReceiveAsync(1, new() { Secrets = [SignedWebhook.Secret], ReplayGuard = guard })).Failure);
    }

    [Fact]
    public async Task A_file_that_was_modified_returns_no_event()
    {
        var path = Keep(SignedWebhook.Body("dep_a"));
        var forged = Convert.ToBase64String(Encoding.UTF8.GetBytes(SignedWebhook.Body("dep_z")));
        var genuine = Convert.ToBase64String(Encoding.UTF8.GetBytes(SignedWebhook.Body("dep_a")));
        File.WriteAllText(path, File.ReadAllText(path).Replace(genuine, forged, StringComparison.Ordinal));

        var received = Assert.Single(await ReceiveAsync(1));

        Assert.Null(received.Event);
        Assert.Equal(WebhookFailure.SignatureInvalid, received.Failure!.Cause);
    }

    [Fact]
    public async Task A_file_with_another_secret_or_scheme_returns_no_event()
    {
        Keep(SignedWebhook.Body("dep_a"), SignatureScheme.BodySecret);

        var pinned = Assert.Single(
            await ReceiveAsync(1, new() { Secrets = [SignedWebhook.Secret], Scheme = SignatureScheme.HashedSecret })
        );
        var other = Assert.Single(await ReceiveAsync(1, new() { Secrets = [Secret.FromExactly("whsec_other")] }));

        Assert.Equal((null, WebhookFailure.SignatureInvalid), (pinned.Event, pinned.Failure!.Cause));
        Assert.Equal((null, WebhookFailure.SignatureInvalid), (other.Event, other.Failure!.Cause));
    }

    [Fact]
    public async Task A_genuine_webhook_without_an_event_is_quarantined_and_does_not_block_others()
    {
        Keep("this is no JSON");
        Keep(SignedWebhook.Body("dep_b"));

        var received = await ReceiveAsync(2);

        Assert.Equal([WebhookFailure.WebhookMalformed, null], received.Select(webhook => webhook.Failure?.Cause));
        Assert.Single(Inbox.ListPending());
        Assert.Single(Directory.GetFiles(_folder["inbox"], "*.malformed"));
    }

    [Fact]
    public async Task A_damaged_file_is_skipped()
    {
        File.WriteAllText(Keep(SignedWebhook.Body("dep_a")), "{");
        Keep(SignedWebhook.Body("dep_b"));

        Assert.Equal("dep_b", Assert.Single(await ReceiveAsync(1)).Event!.Deployment!.Id);
    }

    [Fact]
    public async Task It_does_not_listen_if_enough_events_are_stored_and_otherwise_fails_immediately_if_it_cannot()
    {
        Keep(SignedWebhook.Body("dep_a"));
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        Assert.Single(await ReceiveAsync(1, port: port));
        await using var received = Receiver(port).ReceiveAsync(2, null, SandboxFixture.Ct).GetAsyncEnumerator(SandboxFixture.Ct);
        await Assert.ThrowsAsync<IOException>(async () => await received.MoveNextAsync());
    }

    [Fact]
    public async Task After_the_time_limit_it_ends_without_an_error_and_stored_events_were_returned()
    {
        Keep(SignedWebhook.Body("dep_a"));

        Assert.Single(await ReceiveAsync(5, limit: TimeSpan.Zero));
    }

    [Fact]
    public async Task Cancellation_causes_an_exception()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ReceiveAsync(1, stop: stop.Token));
    }

    [Fact]
    public async Task A_received_event_is_returned_and_stays_in_the_inbox_until_it_is_completed()
    {
        // The clock is stopped, so the time limit of senders does not elapse.
        _clock.IsHeld = true;
        var port = ListenerFixture.FreePort();
        await using var received = Receiver(port).ReceiveAsync(1, null, SandboxFixture.Ct).GetAsyncEnumerator(SandboxFixture.Ct);
        // It starts listening when the first event is requested.
        var next = received.MoveNextAsync().AsTask();
        using var client = new HttpClient();
        var body = Encoding.UTF8.GetBytes(SignedWebhook.Body("dep_live"));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{port}/") { Content = new ByteArrayContent(body) };
        SignedWebhook.Headers(body, DateTimeOffset.UtcNow).ForEach(header => request.Headers.Add(header.Key, header.Value));

        using var answer = await client.SendAsync(request, SandboxFixture.Ct);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(await next);
        Assert.Equal("dep_live", received.Current.Event!.Deployment!.Id);
        Assert.Equal(received.Current.InboxItem.Path, Assert.Single(Inbox.ListPending()));
        await received.Current.InboxItem.CompleteAsync(SandboxFixture.Ct);
        Assert.Empty(Inbox.ListPending());
    }

    [Fact]
    public async Task A_released_event_is_returned_again_after_a_delay_until_it_is_completed()
    {
        Keep(SignedWebhook.Body("dep_a"));
        Keep(SignedWebhook.Body("dep_b"));
        await using var received = Receiver(ListenerFixture.FreePort())
            .ReceiveAsync(10, null, SandboxFixture.Ct)
            .GetAsyncEnumerator(SandboxFixture.Ct);
        var seen = new List<(string?, bool)>();
        for (var i = 0; i < 4; i++)
        {
            Assert.True(await received.MoveNextAsync());
            var id = received.Current.Event!.Deployment!.Id;
            seen.Add((id, received.Current.IsRetry));
            if (id == "dep_a" && i < 3)
            {
                received.Current.InboxItem.Release();
            }
            else
            {
                await received.Current.InboxItem.CompleteAsync(SandboxFixture.Ct);
            }
        }

        Assert.Equal([("dep_a", false), ("dep_b", false), ("dep_a", true), ("dep_a", true)], seen);
        Assert.Equal([TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10)], _clock.Waits);
        Assert.Empty(Inbox.ListPending());
    }

    [Fact]
    public async Task A_released_event_that_is_not_completed_is_returned_after_the_next_start()
    {
        Keep(SignedWebhook.Body("dep_a"));
        await using (
            var received = Receiver(ListenerFixture.FreePort())
                .ReceiveAsync(10, null, SandboxFixture.Ct)
                .GetAsyncEnumerator(SandboxFixture.Ct)
        )
        {
            Assert.True(await received.MoveNextAsync());
            received.Current.InboxItem.Release();
        }

        Assert.False(Assert.Single(await ReceiveAsync(1)).IsRetry);
    }

    [Fact]
    public async Task An_event_that_is_sent_again_before_it_is_completed_is_returned_once()
    {
        _clock.IsHeld = true;
        var port = ListenerFixture.FreePort();
        await using var received = Receiver(port).ReceiveAsync(10, null, SandboxFixture.Ct).GetAsyncEnumerator(SandboxFixture.Ct);
        var next = received.MoveNextAsync().AsTask();
        Assert.Equal(200, await ListenerFixture.SendAsync(port, ListenerFixture.Request("dep_1")));
        Assert.True(await next);
        var request = ListenerFixture.Request("dep_2");
        Assert.Equal(200, await ListenerFixture.SendAsync(port, request));
        Assert.Equal(200, await ListenerFixture.SendAsync(port, request));
        Assert.Equal(200, await ListenerFixture.SendAsync(port, ListenerFixture.Request("dep_3")));

        var ids = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            Assert.True(await received.MoveNextAsync());
            ids.Add(received.Current.Event!.Deployment!.Id);
        }

        Assert.Equal(["dep_2", "dep_3"], ids);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(100)]
    public async Task Every_event_answered_2xx_is_in_the_inbox_or_the_pipeline_when_it_ends_after_a_count(int senders)
    {
        const int Count = 60;
        _clock.IsHeld = true;
        var port = ListenerFixture.FreePort();
        var taken = new HashSet<string>();
        var received = Receiver(port).ReceiveAsync(Count, null, SandboxFixture.Ct).GetAsyncEnumerator(SandboxFixture.Ct);
        var next = received.MoveNextAsync();
        var sending = Task.WhenAll(
            Enumerable.Range(0, senders).Select(sender => ListenerFixture.SendUntilStoppedAsync(port, $"dep_{sender}"))
        );
        for (; taken.Count < Count; next = received.MoveNextAsync())
        {
            Assert.True(await next);
            taken.Add(received.Current.Event!.Deployment!.Id);
            await received.Current.InboxItem.CompleteAsync(SandboxFixture.Ct);
            if (taken.Count == Count)
            {
                break;
            }
        }

        await received.DisposeAsync();

        var answered = (await sending).SelectMany(ids => ids).ToList();
        var kept = Inbox.ListPending().Select(path => SignedWebhook.ReadEvent(Synchronously.Read(path)!.Body).Deployment!.Id);
        Assert.True(answered.Count >= Count - senders, $"{answered.Count} events were answered.");
        Assert.Empty(answered.Except(taken).Except(kept));
    }

    private string Keep(string body, SignatureScheme scheme = SignatureScheme.HashedSecret)
    {
        _clock.Advance(TimeSpan.FromSeconds(1));
        return Inbox.Keep(SignedWebhook.Request(body, LongAgo, scheme));
    }

    /// <summary>Receives until the specified number of events is available or it ends.</summary>
    private async Task<List<ReceivedWebhook>> ReceiveAsync(
        int wanted,
        WebhookVerifier? verifier = null,
        int? port = null,
        TimeSpan? limit = null,
        CancellationToken? stop = null
    )
    {
        var received = new List<ReceivedWebhook>();
        await foreach (
            var webhook in Receiver(port ?? ListenerFixture.FreePort(), verifier).ReceiveAsync(wanted, limit, stop ?? SandboxFixture.Ct)
        )
        {
            received.Add(webhook);
            if (received.Count == wanted)
            {
                break;
            }
        }

        return received;
    }

    private WebhookReceiver Receiver(int port, WebhookVerifier? verifier = null) =>
        new(
            new WebhookListenerSettings { Prefixes = [ListenPrefix.Parse($"http://127.0.0.1:{port}/")] },
            verifier ?? new() { Secrets = [SignedWebhook.Secret] },
            Inbox,
            WebServers.Open,
            time: _clock
        );
}
