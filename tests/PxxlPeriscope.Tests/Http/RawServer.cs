using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PxxlPeriscope.Tests.Http;

/// <summary>
/// A minimal server for behavior that a real one does not have: it responds to the first request, keeps the connection open, and closes it
/// cleanly when the next request arrives. To a client this looks like a connection that was idle for too long.
/// </summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly byte[] _body;
    private readonly string _headers;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _serving;
    private int _posts;

    /// <param name="body">The response body; by default, the owner of the key.</param>
    /// <param name="headers">Additional headers, each ending with a line break.</param>
    public RawServer(byte[]? body = null, string headers = "")
    {
        (_body, _headers) = (body ?? """{"user":{"id":"user_1"}}"""u8.ToArray(), headers);
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Uri => new($"http://{_listener.LocalEndpoint}/");

    public int PostedRequests => Volatile.Read(ref _posts);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            using var connection = await _listener.AcceptTcpClientAsync(_end.Token);
            var stream = connection.GetStream();
            while (await ReadRequestAsync(stream) is { Length: > 0 } request)
            {
                if (request.StartsWith("POST", StringComparison.Ordinal))
                {
                    Interlocked.Increment(ref _posts);
                    break;
                }

                await stream.WriteAsync(
                    Encoding.ASCII.GetBytes(
                        $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{_headers}Content-Length: {_body.Length}\r\n\r\n"
                    ),
                    _end.Token
                );
                await stream.WriteAsync(_body, _end.Token);
            }
        }
    }

    private async Task<string> ReadRequestAsync(NetworkStream stream)
    {
        var request = new StringBuilder();
        var buffer = new byte[4096];
        while (!request.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer, _end.Token);
            if (read == 0)
            {
                break;
            }

            request.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }

        return request.ToString();
    }
}
