using System.Net;
using System.Net.Sockets;
using System.Text;
using PxxlPeriscope.Webhooks.Receiving;

namespace PxxlPeriscope.Tests.Webhooks.Receiving;

/// <summary>Verifies the web server: its addresses, its limits, and how it stops.</summary>
public sealed class WebhookServerTests
{
    private const string NoIPv6 = "This machine has no IPv6.";

    public static bool HasIPv6 => Socket.OSSupportsIPv6;

    private static CancellationToken Ct => SandboxFixture.Ct;

    [Theory]
    [InlineData("hooks.example.com")]
    [InlineData("hooks.example.com:443")]
    [InlineData("localhost:8787")]
    [InlineData("[::1]:8787")]
    [InlineData("a1b2-203-0-113-7.ngrok-free.app")]
    public async Task The_Host_header_is_ignored(string host)
    {
        await using var receiver = await ListenerFixture.StartAsync();

        Assert.Equal(200, await receiver.SendAsync(ListenerFixture.Request("dep_1", host)));
    }

    [Fact]
    public async Task It_listens_only_on_loopback_by_default()
    {
        await using var receiver = await ListenerFixture.StartAsync();
        var others = (await Dns.GetHostAddressesAsync(Dns.GetHostName(), AddressFamily.InterNetwork, Ct))
            .Where(address => !IPAddress.IsLoopback(address))
            .ToList();

        foreach (var address in others)
        {
            using var client = new TcpClient();
            await Assert.ThrowsAnyAsync<SocketException>(() => client.ConnectAsync(address, receiver.Port, Ct).AsTask());
        }

        await receiver.AssertServesAsync();
    }

    [Theory]
    [InlineData("http://localhost:{0}/")]
    [InlineData("http://+:{0}/")]
    [InlineData("http://*:{0}")]
    [InlineData("http://0.0.0.0:{0}/")]
    [InlineData("HTTP://127.0.0.1:{0}")]
    public async Task Every_format_of_a_prefix_is_supported(string prefix)
    {
        await using var receiver = await ListenerFixture.StartAsync(
            (settings, port) => settings with { Prefixes = [Prefix(prefix, port)] }
        );

        await receiver.AssertServesAsync();
    }

    [Fact(Skip = NoIPv6, SkipUnless = nameof(HasIPv6))]
    public async Task An_IPv6_address_is_supported()
    {
        await using var receiver = await ListenerFixture.StartAsync(
            (settings, port) => settings with { Prefixes = [Prefix("http://[::1]:{0}/", port)] }
        );
        using var sender = new TcpClient(AddressFamily.InterNetworkV6);
        await sender.ConnectAsync(IPAddress.IPv6Loopback, receiver.Port, Ct);
        await sender.GetStream().WriteAsync(Encoding.UTF8.GetBytes(ListenerFixture.Request("dep_1")), Ct);

        Assert.Equal(200, await ListenerFixture.AnswerAsync(sender));
    }

    [Fact]
    public async Task Several_prefixes_are_supported_each_with_its_own_path()
    {
        var other = ListenerFixture.FreePort();
        await using var receiver = await ListenerFixture.StartAsync(
            (settings, port) =>
                settings with
                {
                    Prefixes =
                    [
                        Prefix("http://127.0.0.1:{0}/one/", port),
                        Prefix("http://127.0.0.1:{0}/two", port),
                        Prefix("http://127.0.0.1:{0}/", other),
                    ],
                }
        );

        Assert.Equal(200, await receiver.SendAsync(ListenerFixture.Request("dep_1", path: "/one")));
        Assert.Equal(200, await receiver.SendAsync(ListenerFixture.Request("dep_2", path: "/two/")));
        Assert.Equal(200, await ListenerFixture.SendAsync(other, ListenerFixture.Request("dep_3")));
        Assert.Equal(404, await receiver.SendAsync(ListenerFixture.Request("dep_4")));
        Assert.Equal(404, await ListenerFixture.SendAsync(other, ListenerFixture.Request("dep_5", path: "/one")));
        Assert.Equal(["dep_1", "dep_2", "dep_3"], receiver.Kept());
    }

    [Fact]
    public async Task Each_response_on_a_persistent_connection_belongs_to_its_request()
    {
        await using var receiver = await ListenerFixture.StartAsync();
        using var sender = await receiver.ConnectAsync();
        using var answers = new StreamReader(sender.GetStream(), Encoding.ASCII);

        for (var number = 0; number < 300; number++)
        {
            var isRight = number % 3 == 2;
            await sender
                .GetStream()
                .WriteAsync(Encoding.UTF8.GetBytes(ListenerFixture.Request($"dep_{number:000}", path: isRight ? "/" : "/wrong")), Ct);

            Assert.Equal(isRight ? "HTTP/1.1 200 OK" : "HTTP/1.1 404 Not Found", await answers.ReadLineAsync(Ct));
            var headers = new List<string>();
            while (await answers.ReadLineAsync(Ct) is { Length: > 0 } header)
            {
                headers.Add(header);
            }

            Assert.Contains("Content-Length: 0", headers);
        }

        Assert.Equal(0, sender.Available);
        Assert.Equal(100, receiver.Kept().Count);
    }

    [Theory]
    [InlineData(414, 5_000, 0, 0)]
    [InlineData(431, 0, 100, 10)]
    [InlineData(431, 0, 1, 20_000)]
    public async Task Headers_beyond_the_limits_are_refused(int status, int pathLength, int headers, int headerLength)
    {
        await using var receiver = await ListenerFixture.StartAsync();
        var others = Enumerable
            .Range(0, headers)
            .Select(number => new KeyValuePair<string, string?>($"X-Other-{number}", new string('x', headerLength)));

        Assert.Equal(status, await receiver.SendAsync(ListenerFixture.Head(0, others, path: "/" + new string('x', pathLength))));

        await receiver.AssertServesAsync();
    }

    [Fact]
    public async Task Forged_requests_cause_few_warnings_that_contain_their_number()
    {
        var clock = new AutoAdvancingClock { IsHeld = true };
        await using var receiver = await ListenerFixture.StartAsync(time: clock);
        var forged = SignedWebhook.Headers([], DateTimeOffset.UtcNow, secret: Secret.FromExactly("whsec_other"));
        for (var number = 0; number < 200; number++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await receiver.PostAsync([1], forged));
        }

        Assert.Single(receiver.Warnings());
        await receiver.Listener.DisposeAsync();

        Assert.Equal(2, receiver.Warnings().Count);
        Assert.Contains("199 x Mismatch", receiver.Warnings()[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_refused_requests_there_is_no_warning()
    {
        await using var receiver = await ListenerFixture.StartAsync();

        await receiver.SendAsync(ListenerFixture.Request("dep_1", path: "/other"));

        Assert.Contains("refused: another path", Assert.Single(receiver.Warnings()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_beyond_the_maximum_is_closed_and_accepted_when_others_end()
    {
        await using var receiver = await ListenerFixture.StartAsync((settings, _) => settings with { MaximumConnections = 1 });
        using (var first = await receiver.ConnectAsync())
        {
            await first.GetStream().WriteAsync(Encoding.UTF8.GetBytes(ListenerFixture.Request("dep_1")), Ct);
            Assert.Equal(200, await ListenerFixture.AnswerAsync(first));

            Assert.Null(await receiver.SendAsync(ListenerFixture.Request("dep_2")));
        }

        int? status = null;
        while (status is null)
        {
            status = await receiver.SendAsync(ListenerFixture.Request("dep_3"));
        }

        Assert.Equal(["dep_1", "dep_3"], receiver.Kept());
    }

    [Theory]
    [InlineData(16)]
    [InlineData(100)]
    public async Task Every_event_answered_2xx_is_in_the_inbox_whenever_the_listener_is_stopped(int senders)
    {
        await using var receiver = await ListenerFixture.StartAsync();
        var sending = Enumerable
            .Range(0, senders)
            .Select(sender => ListenerFixture.SendUntilStoppedAsync(receiver.Port, $"dep_{sender}"))
            .ToList();
        await Eventually.IsTrueAsync(() => receiver.Inbox.ListPending().Count > senders);

        await receiver.Listener.DisposeAsync();

        var answered = (await Task.WhenAll(sending)).SelectMany(ids => ids).ToList();
        Assert.NotEmpty(answered);
        Assert.Empty(answered.Except(receiver.Kept()));
    }

    [Fact]
    public async Task A_request_whose_event_is_being_stored_is_answered_when_the_listener_stops()
    {
        // The flush of the folder is held when the requests arrive, so that all of them are being processed when it stops.
        await using var receiver = await ListenerFixture.StartAsync();
        using var kept = new BlockedFlush(receiver.Folder);
        var sending = receiver.SendAsync(ListenerFixture.Request("dep_1"));
        await kept.ReachedAsync();

        var stopping = receiver.Listener.DisposeAsync().AsTask();
        Assert.False(stopping.IsCompleted);
        kept.Release();

        Assert.Equal(200, await sending);
        await stopping;
        Assert.Equal(["dep_1"], receiver.Kept());
    }

    [Fact]
    public async Task Continuous_requests_do_not_prevent_the_listener_from_starting()
    {
        for (var round = 0; round < 20; round++)
        {
            var port = ListenerFixture.FreePort();
            using var end = new CancellationTokenSource();
            var connecting = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Connect(port, end.Token), Ct)));
            await using (
                var receiver = await ListenerFixture.StartAsync(
                    (settings, _) => settings with { Prefixes = [Prefix("http://127.0.0.1:{0}/", port)] }
                )
            )
            {
                Assert.Equal(200, await ListenerFixture.SendAsync(port, ListenerFixture.Request("dep_1")));
                await end.CancelAsync();
            }

            await connecting;
        }

        static void Connect(int port, CancellationToken end)
        {
            while (!end.IsCancellationRequested)
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    socket.Connect(IPAddress.Loopback, port);
                }
                catch (SocketException)
                {
                    // The receiver does not listen yet.
                }
            }
        }
    }

    private static ListenPrefix Prefix(string text, int port) =>
        ListenPrefix.Parse(string.Format(System.Globalization.CultureInfo.InvariantCulture, text, port));
}
