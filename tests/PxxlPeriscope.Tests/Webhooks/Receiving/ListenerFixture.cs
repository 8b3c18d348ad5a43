using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PxxlPeriscope.Http;
using PxxlPeriscope.Webhooks.Receiving;
using PxxlPeriscope.Webhooks.Signatures;

namespace PxxlPeriscope.Tests.Webhooks.Receiving;

/// <summary>A listener on a free port with an inbox of its own.</summary>
internal sealed class ListenerFixture : IAsyncDisposable
{
    private readonly TempFolder _scratch = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });
    private readonly List<string> _warnings = [];
    private int _posted;

    private static CancellationToken Ct => SandboxFixture.Ct;

    private ListenerFixture(int port) => Port = port;

    public int Port { get; }

    public string Folder => _scratch["inbox"];

    public WebhookInbox Inbox { get; private set; } = null!;

    public InboxQueue Queue { get; private set; } = null!;

    public WebhookListener Listener { get; private set; } = null!;

    /// <param name="adjust">Changes the settings, given the port.</param>
    /// <param name="guard">Remembers what was accepted.</param>
    /// <param name="time">The clock of the limits.</param>
    public static async Task<ListenerFixture> StartAsync(
        Func<WebhookListenerSettings, int, WebhookListenerSettings>? adjust = null,
        ReplayGuard? guard = null,
        TimeProvider? time = null
    )
    {
        while (true)
        {
            var receiver = new ListenerFixture(FreePort());
            receiver.Inbox = new WebhookInbox(receiver.Folder);
            receiver.Queue = new InboxQueue(time ?? TimeProvider.System);
            var settings = new WebhookListenerSettings { Prefixes = [ListenPrefix.Parse($"http://127.0.0.1:{receiver.Port}/")] };
            receiver.Listener = new WebhookListener(
                adjust?.Invoke(settings, receiver.Port) ?? settings,
                new WebhookVerifier { Secrets = [SignedWebhook.Secret], ReplayGuard = guard },
                receiver.Inbox,
                receiver.Queue,
                WebServers.Open,
                new CallLog { Warning = receiver.Warn },
                time
            );
            try
            {
                await receiver.Listener.StartAsync();
                return receiver;
            }
            catch (IOException)
            {
                // Somebody else was faster on that port.
                receiver._scratch.Dispose();
            }
        }
    }

    public IReadOnlyList<string> Warnings()
    {
        lock (_warnings)
        {
            return [.. _warnings];
        }
    }

    /// <summary>The ids of the deployments in the inbox, in the order of the alphabet.</summary>
    public List<string> Kept() =>
        [
            .. Inbox
                .ListPending()
                .Select(path => SignedWebhook.ReadEvent(Synchronously.Read(path)!.Body).Deployment!.Id)
                .Order(StringComparer.Ordinal),
        ];

    public Task<HttpStatusCode> PostAsync(string id, string path = "/")
    {
        var body = Encoding.UTF8.GetBytes(SignedWebhook.Body(id));
        return PostAsync(body, SignedWebhook.Headers(body, DateTimeOffset.UtcNow), path);
    }

    public async Task<HttpStatusCode> PostAsync(byte[] body, IEnumerable<KeyValuePair<string, string?>> headers, string path = "/")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{Port}{path}")
        {
            Content = new ByteArrayContent(body),
        };
        foreach (var header in headers)
        {
            request.Headers.Add(header.Key, header.Value);
        }

        using var response = await _client.SendAsync(request, Ct);
        return response.StatusCode;
    }

    /// <summary>Sends bytes as they are and gives the status of the answer; null when there was none and the connection ended.</summary>
    public Task<int?> SendAsync(string text) => SendAsync(Port, text);

    /// <summary>As above, to whoever listens on a port.</summary>
    public static async Task<int?> SendAsync(int port, string text)
    {
        using var sender = await ConnectAsync(port);
        try
        {
            await sender.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text), Ct);
        }
        catch (IOException)
        {
            // Hung up on; what was answered before counts.
        }

        return await AnswerAsync(sender);
    }

    /// <summary>Sends one event after the other, each on a connection of its own, until nobody answers any more.</summary>
    /// <returns>The ids of those that were answered 2xx.</returns>
    public static async Task<List<string>> SendUntilStoppedAsync(int port, string name)
    {
        var answered = new List<string>();
        try
        {
            for (var number = 0; ; number++)
            {
                var id = $"{name}_{number}";
                if (await SendAsync(port, Request(id)) is not 200)
                {
                    return answered;
                }

                answered.Add(id);
            }
        }
        catch (SocketException)
        {
            return answered;
        }
    }

    /// <summary>The status of the answer; null when there is none and the connection ended.</summary>
    public static async Task<int?> AnswerAsync(TcpClient sender)
    {
        var answer = new StringBuilder();
        try
        {
            var bytes = new byte[1024];
            int read;
            while (
                !answer.ToString().Contains('\n', StringComparison.Ordinal) && (read = await sender.GetStream().ReadAsync(bytes, Ct)) > 0
            )
            {
                answer.Append(Encoding.ASCII.GetString(bytes, 0, read));
            }
        }
        catch (IOException)
        {
            // Hung up on; what was answered before counts.
        }

        return answer.Length == 0 ? null : int.Parse(answer.ToString().Split(' ')[1], CultureInfo.InvariantCulture);
    }

    public Task<TcpClient> ConnectAsync() => ConnectAsync(Port);

    private static async Task<TcpClient> ConnectAsync(int port)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, Ct);
        return client;
    }

    public async Task AssertServesAsync(string path = "/")
    {
        var id = $"dep_served_{_posted++}";
        Assert.Equal(HttpStatusCode.OK, await PostAsync(id, path));
        Assert.Contains(id, Kept());
    }

    /// <summary>The beginning of a request; null as length is a body in chunks.</summary>
    public static string Head(
        int? length,
        IEnumerable<KeyValuePair<string, string?>> headers,
        string host = "127.0.0.1",
        string path = "/"
    ) =>
        $"POST {path} HTTP/1.1\r\nHost: {host}\r\n"
        + string.Concat(headers.Select(header => $"{header.Key}: {header.Value}\r\n"))
        + (length is { } given ? $"Content-Length: {given}\r\n\r\n" : "Transfer-Encoding: chunked\r\n\r\n");

    /// <summary>A genuine request as it goes over the wire.</summary>
    public static string Request(string id, string host = "127.0.0.1", string path = "/")
    {
        var body = SignedWebhook.Body(id);
        return Head(body.Length, SignedWebhook.Headers(Encoding.UTF8.GetBytes(body), DateTimeOffset.UtcNow), host, path) + body;
    }

    public async ValueTask DisposeAsync()
    {
        await Listener.DisposeAsync();
        Queue.Dispose();
        _client.Dispose();
        _scratch.Dispose();
    }

    private void Warn(string warning)
    {
        lock (_warnings)
        {
            _warnings.Add(warning);
        }
    }

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
