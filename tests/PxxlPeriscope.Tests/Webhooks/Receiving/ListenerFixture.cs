using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PxxlPeriscope.Http;
using PxxlPeriscope.Webhooks.Receiving;
using PxxlPeriscope.Webhooks.Signatures;

namespace PxxlPeriscope.Tests.Webhooks.Receiving;

/// <summary>A listener on a free port with its own inbox.</summary>
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

    /// <param name="adjust">Changes the settings for the port.</param>
    /// <param name="guard">Records accepted signatures.</param>
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
                // Another process has taken that port.
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

    /// <summary>Returns the ids of the deployments in the inbox, in alphabetical order.</summary>
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

    /// <summary>
    /// Sends bytes unchanged and returns the status of the response; null if the connection was closed without a response.
    /// </summary>
    public Task<int?> SendAsync(string text) => SendAsync(Port, text);

    /// <summary>Same as above, to any port.</summary>
    public static async Task<int?> SendAsync(int port, string text)
    {
        using var sender = await ConnectAsync(port);
        try
        {
            await sender.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text), Ct);
        }
        catch (IOException)
        {
            // The connection was closed; an earlier response counts.
        }

        return await AnswerAsync(sender);
    }

    /// <summary>Sends events one after another, each on a new connection, until the receiver no longer responds.</summary>
    /// <returns>The ids of the events that were answered with 2xx.</returns>
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

    /// <summary>Returns the status of the response; null if the connection was closed without a response.</summary>
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
            // The connection was closed; an earlier response counts.
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

    /// <summary>Returns the head of a request, with a chunked body if no length is specified.</summary>
    public static string Head(
        int? length,
        IEnumerable<KeyValuePair<string, string?>> headers,
        string host = "127.0.0.1",
        string path = "/"
    ) =>
        $"POST {path} HTTP/1.1\r\nHost: {host}\r\n"
        + string.Concat(headers.Select(header => $"{header.Key}: {header.Value}\r\n"))
        + (length is { } given ? $"Content-Length: {given}\r\n\r\n" : "Transfer-Encoding: chunked\r\n\r\n");

    /// <summary>Returns a genuine request as it is sent over the connection.</summary>
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
