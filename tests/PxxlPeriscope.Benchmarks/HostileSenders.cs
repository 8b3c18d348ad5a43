using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace PxxlPeriscope.Benchmarks;

/// <summary>Measures what forged requests cost a receiver in memory, and what slow senders cost a genuine one in time.</summary>
internal static class HostileSenders
{
    private const int Senders = 32;
    private const int ForgedWarmUp = 20_000;
    private const int Forged = 200_000;
    private const int Slow = 300;
    private const int Genuine = 100;

    /// <returns>The growth of the working set in bytes, and the longest response to a genuine request among slow ones.</returns>
    internal static async Task<(long Growth, TimeSpan Longest)> MeasureAsync(Process receiver, int port, Func<int, byte[]> genuine)
    {
        await SendForgedAsync(port, ForgedWarmUp);
        var before = WorkingSet(receiver);
        await SendForgedAsync(port, Forged);
        var growth = WorkingSet(receiver) - before;

        var slow = new List<TcpClient>();
        try
        {
            for (var number = 0; number < Slow; number++)
            {
                var connection = await ReceivingBenchmark.ConnectAsync(port);
                slow.Add(connection);
                // Half of them stop within the headers, and half within a body that looks genuine so far.
                var request = genuine(number);
                await connection.GetStream().WriteAsync(request.AsMemory(0, number % 2 == 0 ? 30 : request.Length - 10));
            }

            var longest = TimeSpan.Zero;
            using var good = await ReceivingBenchmark.ConnectAsync(port);
            for (var number = 0; number < Genuine; number++)
            {
                var sent = Stopwatch.GetTimestamp();
                var answer = await ReceivingBenchmark.ExchangeAsync(good.GetStream(), genuine(Slow + number));
                var took = Stopwatch.GetElapsedTime(sent);
                longest = took > longest ? took : longest;
                if (!answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
                {
                    throw new InvalidOperationException($"A genuine sender received '{answer}' among slow ones.");
                }
            }

            return (growth, longest);
        }
        finally
        {
            slow.ForEach(connection => connection.Dispose());
        }
    }

    private static Task SendForgedAsync(int port, int count)
    {
        var request = Encoding.ASCII.GetBytes(
            "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Pxxl-Timestamp: 1767225600\r\n"
                + $"X-Pxxl-Signature: {new string('0', 64)}\r\nContent-Length: 2\r\n\r\n{{}}"
        );
        return Task.WhenAll(
            Enumerable
                .Range(0, Senders)
                .Select(async _ =>
                {
                    var connection = await ReceivingBenchmark.ConnectAsync(port);
                    for (var sent = 0; sent < count / Senders; sent++)
                    {
                        if ((await ReceivingBenchmark.ExchangeAsync(connection.GetStream(), request)).Length == 0)
                        {
                            connection.Dispose();
                            connection = await ReceivingBenchmark.ConnectAsync(port);
                        }
                    }

                    connection.Dispose();
                })
        );
    }

    private static long WorkingSet(Process process)
    {
        process.Refresh();
        return process.WorkingSet64;
    }
}
