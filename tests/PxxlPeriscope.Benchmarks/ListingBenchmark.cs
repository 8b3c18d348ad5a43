using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using PxxlPeriscope.PowerShellTool;
using PxxlPeriscope.Sandbox;

namespace PxxlPeriscope.Benchmarks;

/// <summary>
/// Lists all deployments with Get-PxxlDeployment and with a loop around Invoke-RestMethod that outputs the same fields. Both run
/// alternately in one PowerShell process against one sandbox.
/// </summary>
internal static class ListingBenchmark
{
    private const int Rounds = 3;
    private const double Goal = 5;

    internal static async Task<int> RunAsync(string root, string module, int deployments)
    {
        var powerShell = await PowerShellProgram.FindAsync(root, CancellationToken.None);

        await using var sandbox = await SandboxHost.StartAsync(new SandboxOptions { Deployments = deployments });
        await WarmUpAsync(sandbox, deployments);
        Console.WriteLine(
            FormattableString.Invariant($"Listing {deployments:N0} deployments in turn: one cold pass of each, then {Rounds} rounds.")
        );
        var passes = Measure(powerShell, Path.Combine(root, "tests", "PxxlPeriscope.Benchmarks", "Listing.ps1"), module, sandbox);
        if (passes.Select(pass => pass.LastId).Distinct().Count() != 1)
        {
            throw new InvalidOperationException("The two passes ended with different deployments, so they did not do the same work.");
        }

        Console.WriteLine($"{"median", -22}{"Get-PxxlDeployment", 20}{"Invoke-RestMethod", 20}{"ratio", 8}");
        var ratio = Row("time, s", pass => pass.Seconds);
        Row("processor time, s", pass => pass.CpuSeconds);
        Row("allocated, MB", pass => pass.AllocatedMB);
        Row("time of cold pass, s", pass => pass.Seconds, isCold: true);
        Console.WriteLine(FormattableString.Invariant($"{ratio:0.0} times as fast; the goal is {Goal:0}."));
        return ratio >= Goal ? 0 : 1;

        double Row(string name, Func<Measurement, double> figure, bool isCold = false)
        {
            var (moduleResult, baselineResult) = (Median("Module"), Median("RestMethod"));
            Console.WriteLine(
                string.Format(
                    CultureInfo.InvariantCulture,
                    "{0,-22}{1,20:0.00}{2,20:0.00}{3,8:0.0}",
                    name,
                    moduleResult,
                    baselineResult,
                    baselineResult / moduleResult
                )
            );
            return baselineResult / moduleResult;

            double Median(string way)
            {
                var figures = passes.Where(pass => pass.Way == way && pass.Round == 0 == isCold).Select(figure).Order().ToList();
                return figures[figures.Count / 2];
            }
        }
    }

    /// <summary>The sandbox creates the JSON of each row when it is first requested. Neither measurement includes that.</summary>
    private static async Task WarmUpAsync(SandboxHost sandbox, int deployments)
    {
        using var client = new HttpClient { BaseAddress = sandbox.PxxlUri };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", sandbox.PxxlKey);
        for (var page = 1; page <= (deployments + 99) / 100; page++)
        {
            await client.GetByteArrayAsync($"cli/deployments?page={page}&limit=100");
        }
    }

    private static List<Measurement> Measure(PowerShellProgram powerShell, string script, string module, SandboxHost sandbox)
    {
        string[] arguments =
        [
            "-NoProfile",
            "-NonInteractive",
            "-File",
            script,
            "-ModulePath",
            module,
            "-Rounds",
            Rounds.ToString(CultureInfo.InvariantCulture),
        ];
        var start = powerShell.StartInfo(arguments);
        start.RedirectStandardOutput = true;
        start.Environment["PXXL_API_URL"] = sandbox.PxxlUri.AbsoluteUri;
        start.Environment["PXXL_API_KEY"] = sandbox.PxxlKey;
        using var process = Process.Start(start)!;
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        return process.ExitCode == 0
            ? [.. lines.Select(line => JsonSerializer.Deserialize<Measurement>(line)!)]
            : throw new InvalidOperationException($"The measurement exited with code {process.ExitCode}.");
    }
}
