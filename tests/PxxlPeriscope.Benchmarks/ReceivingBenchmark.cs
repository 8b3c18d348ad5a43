using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using PxxlPeriscope.PowerShellTool;

namespace PxxlPeriscope.Benchmarks;

/// <summary>
/// Measures how many events per second Receive-PxxlWebhook stores, each on the disk before it is answered, with an empty inbox and with
/// many waiting events.
/// </summary>
internal static class ReceivingBenchmark
{
    private const int Senders = 32;
    private const int EventsPerSender = 400;
    private const int ColdEventsPerSender = 50;
    private const double Goal = 3_000;
    private const double LongestGenuineResponse = 200;
    private const long LargestGrowth = 32 * 1024 * 1024;
    private const string Secret = "whsec_benchmark";
    private const string CommitSha = "9868bbc0d1f24a5e8b7c6d5e4f3a2b1c0d9e8f7a";

    internal static async Task<int> RunAsync(string root, string module)
    {
        var powerShell = await PowerShellProgram.FindAsync(root, CancellationToken.None);
        Console.WriteLine(
            FormattableString.Invariant(
                $"Receiving {Senders * EventsPerSender:N0} events from {Senders} senders, {Senders * ColdEventsPerSender:N0} cold."
            )
        );
        Console.WriteLine($"{"waiting before", -22}{"stored per second", 20}{"longest response, ms", 22}{"CPU per event, ms", 20}");
        var slowest = double.MaxValue;
        var areHostileHarmless = true;
        foreach (var waiting in new[] { 0, 10_000 })
        {
            var (rate, longest, processor, hostile) = await MeasureAsync(
                powerShell,
                Path.Combine(root, "tests", "PxxlPeriscope.Benchmarks", "Receiving.ps1"),
                module,
                waiting
            );
            slowest = Math.Min(slowest, rate);
            Console.WriteLine(
                string.Format(
                    CultureInfo.InvariantCulture,
                    "{0,-22:N0}{1,20:N0}{2,22:N0}{3,20:0.00}",
                    waiting,
                    rate,
                    longest.TotalMilliseconds,
                    processor
                )
            );
            if (hostile is { } measured)
            {
                areHostileHarmless = measured.Longest.TotalMilliseconds < LongestGenuineResponse && measured.Growth < LargestGrowth;
                Console.WriteLine(
                    string.Format(
                        CultureInfo.InvariantCulture,
                        "  200,000 forged requests: +{0:0.0} MiB; longest genuine response among 300 slow senders: {1:0.0} ms",
                        measured.Growth / 1024.0 / 1024,
                        measured.Longest.TotalMilliseconds
                    )
                );
            }
        }

        Console.WriteLine(FormattableString.Invariant($"{slowest:N0} per second; the goal is {Goal:N0} on two processors."));
        return slowest >= Goal && areHostileHarmless ? 0 : 1;
    }

    private static async Task<Measurement> MeasureAsync(PowerShellProgram powerShell, string script, string module, int waiting)
    {
        var folder = Directory.CreateTempSubdirectory("pxxl-receiving-").FullName;
        try
        {
            for (var number = 0; number < waiting; number++)
            {
                await File.WriteAllTextAsync(
                    Path.Combine(folder, FormattableString.Invariant($"20260101T{number:0000000000000}-{number:x32}.json")),
                    Kept($"dep_waiting_{number}")
                );
            }

            var port = FreePort();
            var start = powerShell.StartInfo([
                "-NoProfile",
                "-NonInteractive",
                "-File",
                script,
                "-ModulePath",
                module,
                "-Prefix",
                $"http://127.0.0.1:{port}/",
                "-InboxPath",
                folder,
                "-Secret",
                Secret,
            ]);
            start.RedirectStandardInput = true;
            start.RedirectStandardOutput = true;
            using var receiver = Process.Start(start)!;
            try
            {
                (await ConnectAsync(port)).Dispose();
                await SendAsync(port, ColdEventsPerSender, "cold");
                var before = receiver.TotalProcessorTime;
                var watch = Stopwatch.StartNew();
                var longest = await SendAsync(port, EventsPerSender, "warm");
                var rate = Senders * EventsPerSender / watch.Elapsed.TotalSeconds;
                receiver.Refresh();
                var processor = (receiver.TotalProcessorTime - before).TotalMilliseconds / (Senders * EventsPerSender);
                var kept = Directory.EnumerateFiles(folder, "*.json").Count();
                return kept == waiting + Senders * (EventsPerSender + ColdEventsPerSender)
                    ? new Measurement(
                        rate,
                        longest,
                        processor,
                        waiting == 0 ? await HostileSenders.MeasureAsync(receiver, port, number => Request($"dep_hostile_{number}")) : null
                    )
                    : throw new InvalidOperationException($"The inbox contains {kept} events, which is not the number of answered ones.");
            }
            finally
            {
                receiver.Kill();
                await receiver.WaitForExitAsync();
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Sends from all senders concurrently, each on one connection and the next event after each response.</summary>
    /// <returns>The longest response time.</returns>
    private static async Task<TimeSpan> SendAsync(int port, int count, string name)
    {
        var requests = Enumerable
            .Range(0, Senders)
            .Select(sender => Enumerable.Range(0, count).Select(number => Request($"dep_{name}_{sender}_{number}")).ToList())
            .ToList();
        var connections = await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => ConnectAsync(port)));
        var longest = await Task.WhenAll(requests.Zip(connections, (share, connection) => SendAllAsync(share, connection, port)));
        return longest.Max();
    }

    private static async Task<TimeSpan> SendAllAsync(List<byte[]> requests, TcpClient connection, int port)
    {
        var longest = TimeSpan.Zero;
        foreach (var request in requests)
        {
            var sent = Stopwatch.GetTimestamp();
            string answer;
            while ((answer = await ExchangeAsync(connection.GetStream(), request)).Length == 0)
            {
                // Some servers close a connection after a number of requests.
                connection.Dispose();
                connection = await ConnectAsync(port);
            }

            if (!answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
            {
                throw new InvalidOperationException(answer);
            }

            var took = Stopwatch.GetElapsedTime(sent);
            longest = took > longest ? took : longest;
        }

        connection.Dispose();
        return longest;
    }

    /// <summary>Returns the headers of the response; empty if the connection was closed instead.</summary>
    internal static async Task<string> ExchangeAsync(NetworkStream stream, byte[] request)
    {
        var bytes = new byte[1024];
        var answer = string.Empty;
        try
        {
            await stream.WriteAsync(request);
            while (!answer.Contains("\r\n\r\n", StringComparison.Ordinal))
            {
                var read = await stream.ReadAsync(bytes);
                if (read == 0)
                {
                    return string.Empty;
                }

                answer += Encoding.ASCII.GetString(bytes, 0, read);
            }

            return answer;
        }
        catch (IOException)
        {
            return string.Empty;
        }
    }

    private static byte[] Request(string id)
    {
        var (body, timestamp, signature) = Sign(id);
        return Encoding.UTF8.GetBytes(
            "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Pxxl-Event: deployment\r\nX-Pxxl-Action-Type: status_changed\r\n"
                + $"X-Pxxl-Timestamp: {timestamp}\r\nX-Pxxl-Signature: {signature}\r\n"
                + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"
        );
    }

    /// <summary>An event as stored in an inbox.</summary>
    private static string Kept(string id)
    {
        var (body, timestamp, signature) = Sign(id);
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(body));
        return $$$"""{"headers":{"X-Pxxl-Signature":"{{{signature}}}","X-Pxxl-Timestamp":"{{{timestamp}}}"},"body":"{{{encoded}}}"}""";
    }

    private static (string Body, string Timestamp, string Signature) Sign(string id)
    {
        var body =
            $$$"""{"event":"deployment.status_changed","data":{"id":"{{{id}}}","status":"succeeded","commitSha":"{{{CommitSha}}}"}}""";
        var timestamp = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Secret)));
        return (
            body,
            timestamp,
            Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"{timestamp}.{body}")))
        );
    }

    /// <summary>Retries until the receiver listens.</summary>
    internal static async Task<TcpClient> ConnectAsync(int port)
    {
        for (var watch = Stopwatch.StartNew(); ; )
        {
            var client = new TcpClient { NoDelay = true };
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, port);
                return client;
            }
            catch (SocketException) when (watch.Elapsed < TimeSpan.FromMinutes(1))
            {
                client.Dispose();
                await Task.Delay(200);
            }
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private sealed record Measurement(double Rate, TimeSpan Longest, double Processor, (long Growth, TimeSpan Longest)? Hostile);
}
