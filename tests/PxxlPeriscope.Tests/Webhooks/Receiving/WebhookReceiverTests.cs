using System.Net;
using System.Net.Sockets;
using System.Text;
using PxxlPeriscope.Webhooks.Receiving;
using PxxlPeriscope.Webhooks.Signatures;

namespace PxxlPeriscope.Tests.Webhooks.Receiving;

/// <summary>What is handed on of an inbox: what waited from before, and what arrives.</summary>
public sealed class WebhookReceiverTests : IDisposable
{
    private static readonly DateTimeOffset LongAgo = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly TempFolder _folder = new();
    private readonly AutoAdvancingClock _clock = new();

    private WebhookInbox Inbox => new(_folder["inbox"], _clock);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_waited_comes_first_and_the_oldest_of_it_before_the_others_however_old_it_is()
    {
        foreach (var id in new[] { "dep_c", "dep_a", "dep_b" })
        {
            Keep(SignedWebhook.Body(id));
        }

        var received = await ReceiveAsync(3);

        Assert.Equal(["dep_c", "dep_a", "dep_b"], received.Select(webhook => webhook.Event!.Deployment!.Id));
        Assert.All(received, webhook => Assert.Null(webhook.Failure));
        // Nobody has dealt with it yet: it comes again after a restart.
        Assert.Equal(3, Inbox.ListPending().Count());
    }

    [Fact]
    public async Task What_is_done_does_not_come_again_and_what_is_not_does()
    {
        Keep(SignedWebhook.Body("dep_a"));
        Keep(SignedWebhook.Body("dep_b"));
        await (await ReceiveAsync(2))[0].InboxItem.CompleteAsync(SandboxFixture.Ct);

        Assert.Equal(["dep_b"], (await ReceiveAsync(1)).Select(webhook => webhook.Event!.Deployment!.Id));
    }

    [Fact]
    public async Task A_replay_guard_does_not_refuse_what_it_remembers_because_it_was_kept()
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
    public async Task What_was_changed_in_the_folder_yields_no_event()
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
    public async Task What_was_put_there_with_another_secret_or_scheme_yields_no_event()
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
    public async Task What_is_genuine_and_no_event_is_set_aside_and_keeps_nothing_back()
    {
        Keep("this is no JSON");
        Keep(SignedWebhook.Body("dep_b"));

        var received = await ReceiveAsync(2);

        Assert.Equal([WebhookFailure.WebhookMalformed, null], received.Select(webhook => webhook.Failure?.Cause));
        Assert.Single(Inbox.ListPending());
        Assert.Single(Directory.GetFiles(_folder["inbox"], "*.malformed"));
    }

    [Fact]
    public async Task A_damaged_file_is_passed_over()
    {
        File.WriteAllText(Keep(SignedWebhook.Body("dep_a")), "{");
        Keep(SignedWebhook.Body("dep_b"));

        Assert.Equal("dep_b", Assert.Single(await ReceiveAsync(1)).Event!.Deployment!.Id);
    }

    [Fact]
    public async Task Where_enough_waits_nobody_listens_and_else_it_is_known_at_once_that_nobody_can()
    {
        Keep(SignedWebhook.Body("dep_a"));
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        Assert.Single(await ReceiveAsync(1, port: port));
        await using var received = Receiver(port).ReceiveAsync(2, null, SandboxFixture.Ct).GetAsyncEnumerator(SandboxFixture.Ct);
        await Assert.ThrowsAsync<HttpListenerException>(async () => await received.MoveNextAsync());
    }

    [Fact]
    public async Task When_the_time_is_over_it_ends_without_an_error_and_what_waited_was_given()
    {
        Keep(SignedWebhook.Body("dep_a"));

        Assert.Single(await ReceiveAsync(5, limit: TimeSpan.Zero));
    }

    [Fact]
    public async Task Stopped_it_is_an_error()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ReceiveAsync(1, stop: stop.Token));
    }

    [Fact]
    public async Task What_arrives_is_given_and_stays_until_it_is_done()
    {
        var port = FreePort();
        await using var received = Receiver(port).ReceiveAsync(1, null, SandboxFixture.Ct).GetAsyncEnumerator(SandboxFixture.Ct);
        // It listens as soon as it is asked for the first event.
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

    private string Keep(string body, SignatureScheme scheme = SignatureScheme.HashedSecret)
    {
        _clock.Advance(TimeSpan.FromSeconds(1));
        return Inbox.Keep(SignedWebhook.Request(body, LongAgo, scheme));
    }

    /// <summary>What is received until as much is there as is wanted, or it ends.</summary>
    private async Task<List<ReceivedWebhook>> ReceiveAsync(
        int wanted,
        WebhookVerifier? verifier = null,
        int? port = null,
        TimeSpan? limit = null,
        CancellationToken? stop = null
    )
    {
        var received = new List<ReceivedWebhook>();
        await foreach (var webhook in Receiver(port ?? FreePort(), verifier).ReceiveAsync(wanted, limit, stop ?? SandboxFixture.Ct))
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
            new WebhookListenerSettings { Prefixes = [$"http://127.0.0.1:{port}/"] },
            verifier ?? new() { Secrets = [SignedWebhook.Secret] },
            Inbox
        );

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
