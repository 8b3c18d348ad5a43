using System.Net;
using System.Net.Sockets;
using System.Text;
using PxxlPeriscope.Webhooks.Signatures;

namespace PxxlPeriscope.Tests.Webhooks.Receiving;

/// <summary>
/// Verifies the responses to genuine and other senders over real sockets, and that the next sender is served after each of them.
/// </summary>
public sealed class WebhookListenerTests
{
    private const int LargestBody = 1024 * 1024;

    private static CancellationToken Ct => SandboxFixture.Ct;

    [Fact]
    public async Task A_genuine_event_is_on_disk_before_the_response()
    {
        await using var receiver = await ListenerFixture.StartAsync();

        Assert.Equal(HttpStatusCode.OK, await receiver.PostAsync("dep_1"));

        Assert.Equal(["dep_1"], receiver.Kept());
    }

    [Fact]
    public async Task A_stored_event_is_queued()
    {
        await using var receiver = await ListenerFixture.StartAsync();

        await receiver.PostAsync("dep_1");

        Assert.Equal(Assert.Single(receiver.Inbox.ListPending()), await receiver.Queue.NextAsync(Ct));
    }

    [Fact]
    public async Task A_forged_event_is_refused_and_leaves_nothing_on_disk()
    {
        await using var receiver = await ListenerFixture.StartAsync();
        var body = Encoding.UTF8.GetBytes(SignedWebhook.Body("dep_forged"));
        var forged = SignedWebhook.Headers(body, DateTimeOffset.UtcNow, secret: Secret.FromExactly("whsec_other"));

        Assert.Equal(HttpStatusCode.Unauthorized, await receiver.PostAsync(body, forged));

        Assert.Empty(Directory.GetFileSystemEntries(receiver.Folder));
        await receiver.AssertServesAsync();
    }

    [Fact]
    public async Task An_old_event_is_refused()
    {
        await using var receiver = await ListenerFixture.StartAsync();
        var body = Encoding.UTF8.GetBytes(SignedWebhook.Body());

        Assert.Equal(
            HttpStatusCode.Unauthorized,
            await receiver.PostAsync(body, SignedWebhook.Headers(body, DateTimeOffset.UtcNow.AddMinutes(-10)))
        );

        Assert.Empty(receiver.Kept());
        await receiver.AssertServesAsync();
    }

    [Theory]
    [InlineData(SignedWebhook.SignatureHeader, "1")]
    [InlineData(SignedWebhook.TimestampHeader, "1")]
    [InlineData(SignedWebhook.EventHeader, "other")]
    [InlineData(SignedWebhook.ActionHeader, "other")]
    [InlineData(SignedWebhook.SignatureHeader, null)]
    [InlineData(SignedWebhook.TimestampHeader, null)]
    [InlineData(SignedWebhook.EventHeader, null)]
    [InlineData(SignedWebhook.ActionHeader, null)]
    public async Task A_repeated_header_is_refused_before_and_after_the_genuine_one(string header, string? value)
    {
        await using var receiver = await ListenerFixture.StartAsync();
        var body = SignedWebhook.Body();
        var headers = SignedWebhook.Headers(Encoding.UTF8.GetBytes(body), DateTimeOffset.UtcNow);
        var other = new KeyValuePair<string, string?>(header.ToUpperInvariant(), value ?? headers.Single(each => each.Key == header).Value);

        Assert.Equal(401, await receiver.SendAsync(Head(body.Length, [.. headers, other]) + body));
        Assert.Equal(401, await receiver.SendAsync(Head(body.Length, [other, .. headers]) + body));

        Assert.Contains("HeaderAmbiguous", receiver.Warnings()[0], StringComparison.Ordinal);
        Assert.Empty(receiver.Kept());
        await receiver.AssertServesAsync();
    }

    [Theory]
    [InlineData("/other")]
    [InlineData("/")]
    [InlineData("/hooks/pxxl/more")]
    [InlineData("/HOOKS/pxxl")]
    public async Task Another_path_returns_404(string path)
    {
        await using var receiver = await ListenerFixture.StartAsync((settings, _) => settings with { Path = "/hooks/pxxl" });
        var body = Encoding.UTF8.GetBytes(SignedWebhook.Body());

        Assert.Equal(HttpStatusCode.NotFound, await receiver.PostAsync(body, SignedWebhook.Headers(body, DateTimeOffset.UtcNow), path));

        Assert.Empty(receiver.Kept());
        await receiver.AssertServesAsync("/hooks/pxxl");
        await receiver.AssertServesAsync("/hooks/pxxl/");
        await receiver.AssertServesAsync("/hooks/pxxl?source=dashboard");
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    public async Task Only_POST_is_accepted(string method)
    {
        await using var receiver = await ListenerFixture.StartAsync();

        Assert.Equal(405, await receiver.SendAsync($"{method} / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n"));

        await receiver.AssertServesAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("X-Pxxl-Signature: \r\n")]
    [InlineData("X-Pxxl-Signature: none\r\n")]
    [InlineData("X-Pxxl-Signature: 00\r\n")]
    public async Task Without_a_signature_the_body_is_not_read(string signature)
    {
        await using var receiver = await ListenerFixture.StartAsync();

        // The body is announced but never sent; a receiver that waits for it would not respond.
        Assert.Equal(401, await receiver.SendAsync($"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n{signature}Content-Length: 1000\r\n\r\n"));

        await receiver.AssertServesAsync();
    }

    [Fact]
    public async Task A_hundred_megabytes_are_refused_before_the_body_is_read()
    {
        await using var receiver = await ListenerFixture.StartAsync();

        Assert.Equal(413, await receiver.SendAsync(Head(100 * 1024 * 1024, SignedWebhook.Headers([], DateTimeOffset.UtcNow))));

        await receiver.AssertServesAsync();
    }

    [Fact]
    public async Task A_hundred_megabytes_that_are_sent_anyway_do_not_block_others()
    {
        await using var receiver = await ListenerFixture.StartAsync();
        using var sender = await receiver.ConnectAsync();
        await sender
            .GetStream()
            .WriteAsync(Encoding.ASCII.GetBytes(Head(100 * 1024 * 1024, SignedWebhook.Headers([], DateTimeOffset.UtcNow))), Ct);
        var chunk = new byte[64 * 1024];

        // Until the receiver closes the connection or everything is sent; neither may block the next sender.
        var sent = await Record.ExceptionAsync(async () =>
        {
            for (var i = 0; i < 100 * 16; i++)
            {
                await sender.GetStream().WriteAsync(chunk, Ct);
            }
        });

        Assert.True(sent is null or IOException, $"{sent}");
        await receiver.AssertServesAsync();
    }

    [Fact]
    public async Task A_chunked_body_is_refused_when_it_is_too_long()
    {
        await using var receiver = await ListenerFixture.StartAsync();
        var headers = SignedWebhook.Headers([], DateTimeOffset.UtcNow);
        var head = Head(null, headers);

        // The body never ends, so only the limit can end it; a read returns up to 16 KiB.
        Assert.Equal(413, await receiver.SendAsync($"{head}{2 * LargestBody:x}\r\n{new string('x', LargestBody + (16 * 1024))}"));

        await receiver.AssertServesAsync();
    }

    [Fact]
    public async Task A_body_of_the_maximum_size_is_accepted_with_and_without_a_length()
    {
        await using var receiver = await ListenerFixture.StartAsync();
        var body = SignedWebhook.Body("dep_large").PadRight(LargestBody);
        var headers = SignedWebhook.Headers(Encoding.UTF8.GetBytes(body), DateTimeOffset.UtcNow);
        Assert.Equal(200, await receiver.SendAsync(Head(LargestBody, headers) + body));
        var other = SignedWebhook.Body("dep_chunked").PadRight(LargestBody);
        headers = SignedWebhook.Headers(Encoding.UTF8.GetBytes(other), DateTimeOffset.UtcNow);
        Assert.Equal(200, await receiver.SendAsync($"{Head(null, headers)}{LargestBody:x}\r\n{other}\r\n0\r\n\r\n"));

        Assert.Equal(["dep_chunked", "dep_large"], receiver.Kept());
    }

    [Fact]
    public async Task The_connection_of_a_sender_that_never_ends_its_body_is_closed_after_the_time_limit()
    {
        var clock = new AutoAdvancingClock { IsHeld = true };
        await using var receiver = await ListenerFixture.StartAsync(time: clock);
        var body = SignedWebhook.Body();
        var headers = SignedWebhook.Headers(Encoding.UTF8.GetBytes(body), DateTimeOffset.UtcNow);
        using var announced = await receiver.ConnectAsync();
        using var chunked = await receiver.ConnectAsync();
        await announced.GetStream().WriteAsync(Encoding.UTF8.GetBytes(Head(body.Length, headers) + body[..^1]), Ct);
        await chunked.GetStream().WriteAsync(Encoding.UTF8.GetBytes($"{Head(null, headers)}{body.Length:x}\r\n{body}\r\n"), Ct);
        await Eventually.IsTrueAsync(() => clock.Waits.Count == 2);

        clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Null(await ListenerFixture.AnswerAsync(announced));
        Assert.Null(await ListenerFixture.AnswerAsync(chunked));
        Assert.Empty(receiver.Kept());
        await receiver.AssertServesAsync();
    }

    [Fact]
    public async Task Three_hundred_slow_senders_do_not_block_another_one()
    {
        var clock = new AutoAdvancingClock { IsHeld = true };
        await using var receiver = await ListenerFixture.StartAsync(time: clock);
        var body = SignedWebhook.Body();
        var request = Encoding.UTF8.GetBytes(
            Head(body.Length, SignedWebhook.Headers(Encoding.UTF8.GetBytes(body), DateTimeOffset.UtcNow)) + body[..^1]
        );
        var slow = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 300; i++)
            {
                slow.Add(await receiver.ConnectAsync());
                await slow[i].GetStream().WriteAsync(request, Ct);
            }

            await Eventually.IsTrueAsync(() => clock.Waits.Count == 300);

            // The clock is stopped, so none of the 300 connections has timed out.
            await receiver.AssertServesAsync();
            await Task.WhenAll(slow.Select(sender => sender.GetStream().WriteAsync(Encoding.UTF8.GetBytes(body[^1..]), Ct).AsTask()));
            Assert.All(await Task.WhenAll(slow.Select(ListenerFixture.AnswerAsync)), answer => Assert.Equal(200, answer));
        }
        finally
        {
            slow.ForEach(each => each.Dispose());
        }
    }

    [Fact]
    public async Task Two_hundred_concurrent_senders_are_answered_and_each_event_is_stored_once()
    {
        await using var receiver = await ListenerFixture.StartAsync();
        var ids = Enumerable.Range(0, 200).Select(number => $"dep_{number:000}").ToList();

        var answers = await Task.WhenAll(ids.Select(id => receiver.PostAsync(id)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer));
        Assert.Equal(ids, receiver.Kept());
    }

    [Fact]
    public async Task A_repeated_event_receives_the_same_response_and_is_not_stored_again()
    {
        await using var receiver = await ListenerFixture.StartAsync();
        var body = Encoding.UTF8.GetBytes(SignedWebhook.Body("dep_1"));
        var headers = SignedWebhook.Headers(body, DateTimeOffset.UtcNow);

        Assert.Equal(HttpStatusCode.OK, await receiver.PostAsync(body, headers));
        Assert.Equal(HttpStatusCode.OK, await receiver.PostAsync(body, headers));

        Assert.Equal(["dep_1"], receiver.Kept());
    }

    [Fact]
    public async Task With_a_replay_guard_a_repeated_event_is_answered_and_not_stored_again()
    {
        using var folder = new TempFolder();
        await using var receiver = await ListenerFixture.StartAsync(guard: new ReplayGuard(folder["seen"]));
        var body = Encoding.UTF8.GetBytes(SignedWebhook.Body("dep_1"));
        var headers = SignedWebhook.Headers(body, DateTimeOffset.UtcNow);
        Assert.Equal(HttpStatusCode.OK, await receiver.PostAsync(body, headers));
        File.Delete(receiver.Inbox.ListPending().Single());

        Assert.Equal(HttpStatusCode.OK, await receiver.PostAsync(body, headers));

        Assert.Empty(receiver.Inbox.ListPending());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_shorter_than_its_Content_Length_is_not_stored(bool isAborted)
    {
        await using var receiver = await ListenerFixture.StartAsync();
        var body = SignedWebhook.Body();
        using (var sender = await receiver.ConnectAsync())
        {
            var headers = SignedWebhook.Headers(Encoding.UTF8.GetBytes(body), DateTimeOffset.UtcNow);
            await sender.GetStream().WriteAsync(Encoding.UTF8.GetBytes(Head(body.Length + 10, headers) + body), Ct);
            if (isAborted)
            {
                sender.LingerState = new LingerOption(true, 0);
            }
        }

        await receiver.AssertServesAsync();
        Assert.DoesNotContain("dep_1", receiver.Kept());
    }

    [Fact]
    public async Task A_body_longer_than_its_Content_Length_is_refused()
    {
        await using var receiver = await ListenerFixture.StartAsync();
        var body = SignedWebhook.Body();
        var headers = SignedWebhook.Headers(Encoding.UTF8.GetBytes(body), DateTimeOffset.UtcNow);

        Assert.Equal(401, await receiver.SendAsync(Head(body.Length - 1, headers) + body));

        Assert.Empty(receiver.Kept());
        await receiver.AssertServesAsync();
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("abc")]
    [InlineData("99999999999999999999")]
    [InlineData("")]
    public async Task A_Content_Length_that_is_not_a_number_is_refused(string length)
    {
        await using var receiver = await ListenerFixture.StartAsync();
        var head = Head(4711, SignedWebhook.Headers([], DateTimeOffset.UtcNow)).Replace("4711", length, StringComparison.Ordinal);

        Assert.InRange(await receiver.SendAsync(head + SignedWebhook.Body()) ?? 0, 0, 499);

        Assert.Empty(receiver.Kept());
        await receiver.AssertServesAsync();
    }

    [Fact]
    public async Task Invalid_data_on_a_socket_does_not_block_others()
    {
        await using var receiver = await ListenerFixture.StartAsync();
        var random = new Random(4);
        List<byte[]> garbage =
        [
            [],
            [0],
            "\r\n\r\n"u8.ToArray(),
            "POST"u8.ToArray(),
            "POST / HTTP/1.1\r\n"u8.ToArray(),
            "POST / HTTP/9.9\r\n\r\n"u8.ToArray(),
            "POST http://[bad/ HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(),
            "POST /%zz%00 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n"u8.ToArray(),
            "POST / HTTP/1.1\r\n\r\n"u8.ToArray(),
            "POST / HTTP/1.1\r\nHost: \0\r\nno colon\r\n\r\n"u8.ToArray(),
            Encoding.ASCII.GetBytes(Head(null, SignedWebhook.Headers([], DateTimeOffset.UtcNow)) + "zz\r\nno length of a chunk\r\n"),
            Encoding.ASCII.GetBytes(Head(null, SignedWebhook.Headers([], DateTimeOffset.UtcNow)) + "ffffffffffffffff\r\n"),
            [22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3],
            .. Enumerable.Range(0, 30).Select(_ => Bytes(random)),
        ];

        foreach (var bytes in garbage)
        {
            using var sender = await receiver.ConnectAsync();
            await sender.GetStream().WriteAsync(bytes, Ct);
        }

        await receiver.AssertServesAsync();
        Assert.DoesNotContain("dep_1", receiver.Kept());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_event_that_cannot_be_stored_is_not_answered_2xx_and_is_stored_when_it_is_sent_again(bool isGuarded)
    {
        using var folder = new TempFolder();
        await using var receiver = await ListenerFixture.StartAsync(guard: isGuarded ? new ReplayGuard(folder["seen"]) : null);
        var body = Encoding.UTF8.GetBytes(SignedWebhook.Body("dep_1"));
        var headers = SignedWebhook.Headers(body, DateTimeOffset.UtcNow);
        Directory.Delete(receiver.Folder);

        Assert.Equal(HttpStatusCode.InternalServerError, await receiver.PostAsync(body, headers));
        Assert.Equal(HttpStatusCode.InternalServerError, await receiver.PostAsync("dep_2"));
        Assert.Equal(2, receiver.Warnings().Count(warning => warning.Contains("could not be stored", StringComparison.Ordinal)));

        Directory.CreateDirectory(receiver.Folder);
        Assert.Equal(HttpStatusCode.OK, await receiver.PostAsync(body, headers));
        Assert.Equal(["dep_1"], receiver.Kept());
    }

    [Fact]
    public async Task Requests_are_answered_5xx_while_the_inbox_is_a_file()
    {
        await using var receiver = await ListenerFixture.StartAsync();
        Directory.Delete(receiver.Folder);
        await File.WriteAllTextAsync(receiver.Folder, "in the way", Ct);

        Assert.Equal(HttpStatusCode.InternalServerError, await receiver.PostAsync("dep_1"));

        File.Delete(receiver.Folder);
        Directory.CreateDirectory(receiver.Folder);
        await receiver.AssertServesAsync();
    }

    [Fact]
    public async Task A_replay_guard_that_cannot_be_used_accepts_nothing()
    {
        using var folder = new TempFolder();
        await using var receiver = await ListenerFixture.StartAsync(guard: new ReplayGuard(folder.Path));

        Assert.Equal(HttpStatusCode.InternalServerError, await receiver.PostAsync("dep_1"));

        Assert.Empty(receiver.Kept());
    }

    [Fact]
    public async Task A_warning_about_a_refused_request_does_not_contain_the_signature()
    {
        await using var receiver = await ListenerFixture.StartAsync();
        var body = Encoding.UTF8.GetBytes(SignedWebhook.Body());
        var headers = SignedWebhook.Headers(body, DateTimeOffset.UtcNow, secret: Secret.FromExactly("whsec_other"));

        await receiver.PostAsync(body, headers);

        var warning = Assert.Single(receiver.Warnings());
        Assert.Contains("Mismatch", warning, StringComparison.Ordinal);
        Assert.DoesNotContain(headers[3].Value!, warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_incomplete_request_is_not_answered_2xx_when_listening_ends()
    {
        await using var receiver = await ListenerFixture.StartAsync();
        var body = SignedWebhook.Body();
        var request = Head(body.Length, SignedWebhook.Headers(Encoding.UTF8.GetBytes(body), DateTimeOffset.UtcNow)) + body[..^1];
        using var sender = await receiver.ConnectAsync();
        await sender.GetStream().WriteAsync(Encoding.UTF8.GetBytes(request), Ct);
        await receiver.AssertServesAsync();

        await receiver.Listener.DisposeAsync();

        Assert.NotEqual(200, await ListenerFixture.AnswerAsync(sender));
        Assert.DoesNotContain("dep_1", receiver.Kept());
    }

    [Fact]
    public async Task A_disposed_listener_does_not_accept_connections()
    {
        await using var receiver = await ListenerFixture.StartAsync();
        await receiver.AssertServesAsync();

        await receiver.Listener.DisposeAsync();

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => receiver.PostAsync("dep_2"));
        Assert.DoesNotContain("dep_2", receiver.Kept());
    }

    private static byte[] Bytes(Random random)
    {
        var bytes = new byte[random.Next(1, 2000)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string Head(int? length, IEnumerable<KeyValuePair<string, string?>> headers) => ListenerFixture.Head(length, headers);
}
