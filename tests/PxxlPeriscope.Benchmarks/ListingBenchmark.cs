using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using PxxlPeriscope.Sandbox;

namespace PxxlPeriscope.Benchmarks;

/// <summary>
/// Lists every deployment with Get-PxxlDeployment and with a loop around Invoke-RestMethod that emits the same fields, in turn, each
/// in a PowerShell process of its own, against one sandbox.
/// </summary>
internal static class ListingBenchmark
{
    private const int Rounds = 3;
    private const double Goal = 5;

    internal static async Task<int> RunAsync(int deployments)
    {
        var root = RepositoryRoot();
        var module = Path.Combine(root, "out", "PxxlPeriscope");
        if (!Directory.Exists(module) || FindPowerShell() is not { } powerShell)
        {
            Console.WriteLine("Not measured: this needs the built module (dotnet build --configuration Release) and pwsh on the PATH.");
            return 1;
        }

        await using var sandbox = await SandboxHost.StartAsync(new SandboxOptions { Deployments = deployments });
        Console.WriteLine(FormattableString.Invariant($"Listing {deployments:N0} deployments, {Rounds} rounds in turn after a warm-up of each."));
        Measurement Run(string way) => Measure(powerShell, Path.Combine(root, "tests", "PxxlPeriscope.Benchmarks", "Listing.ps1"), way, module, sandbox);
        Run("Module");
        Run("RestMethod");

        var ours = new List<Measurement>();
        var theirs = new List<Measurement>();
        for (var round = 0; round < Rounds; round++)
        {
            ours.Add(Run("Module"));
            theirs.Add(Run("RestMethod"));
        }

        if (ours.Concat(theirs).Select(measurement => measurement.LastId).Distinct().Count() != 1)
        {
            throw new InvalidOperationException("The two did not end with the same deployment, so they did not do the same work.");
        }

        Console.WriteLine($"{"",-24}{"Get-PxxlDeployment",20}{"Invoke-RestMethod",20}{"ratio",10}");
        var ratio = Row("time, s", measurement => measurement.Seconds);
        Row("processor time, s", measurement => measurement.CpuSeconds);
        Row("allocated, MB", measurement => measurement.AllocatedMB);
        Row("peak memory, MB", measurement => measurement.PeakMB);
        Console.WriteLine(ratio >= Goal
            ? FormattableString.Invariant($"{ratio:0.0} times as fast; the goal is {Goal:0}.")
            : FormattableString.Invariant($"Only {ratio:0.0} times as fast; the goal is {Goal:0}."));
        return ratio >= Goal ? 0 : 1;

        double Row(string name, Func<Measurement, double> figure)
        {
            var (our, their) = (Median(ours, figure), Median(theirs, figure));
            Console.WriteLine(string.Format(CultureInfo.InvariantCulture, "{0,-24}{1,20:0.00}{2,20:0.00}{3,10:0.0}", name, our, their, their / our));
            return their / our;
        }
    }

    private static double Median(List<Measurement> measurements, Func<Measurement, double> figure) =>
        measurements.Select(figure).Order().ElementAt(measurements.Count / 2);

    private static Measurement Measure(string powerShell, string script, string way, string module, SandboxHost sandbox)
    {
        var start = new ProcessStartInfo(powerShell, ["-NoProfile", "-NonInteractive", "-File", script, "-Way", way, "-ModulePath", module])
        {
            RedirectStandardOutput = true,
            Environment =
            {
                ["PXXL_API_URL"] = sandbox.PxxlUri.AbsoluteUri,
                ["PXXL_API_KEY"] = sandbox.PxxlKey,
            },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<Measurement>(output)!
            : throw new InvalidOperationException($"{way} ended with exit code {process.ExitCode}.");
    }

    private static string? FindPowerShell() =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh"))
            .FirstOrDefault(File.Exists);

    private static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "PxxlPeriscope.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("This is not run from within the repository.");
        }

        return folder;
    }
}
