using System.Diagnostics;
using System.Globalization;

namespace PxxlPeriscope.StorageStress;

/// <summary>Runs a scenario in two processes that start at the same moment, and adds up the failures.</summary>
internal static class TwoProcesses
{
    private const string Ready = "ready";
    private const string Go = "go";

    /// <returns>The number of failures.</returns>
    public static async Task<int> RunAsync(Scenario scenario, string folder, int operations)
    {
        Directory.CreateDirectory(folder);
        await scenario.PrepareAsync(folder);
        using var first = Start(scenario.Name, scenario.Roles.First, folder, operations);
        using var second = Start(scenario.Name, scenario.Roles.Second, folder, operations);
        Process[] both = [first, second];
        foreach (var process in both)
        {
            await UntilReadyAsync(process);
        }

        foreach (var process in both)
        {
            await process.StandardInput.WriteLineAsync(Go);
        }

        var failures = 0;
        foreach (var process in both)
        {
            var written = (await process.StandardOutput.ReadToEndAsync()).Trim();
            await process.WaitForExitAsync();
            Console.WriteLine($"{scenario.Name} {written}");
            failures +=
                process.ExitCode == 0 && written.Split(' ') is [_, _, _, var failed, ..]
                    ? int.Parse(failed, CultureInfo.InvariantCulture)
                    : 1;
        }

        var tally = new Tally();
        await tally.CountAsync(() => scenario.VerifyAsync(folder, operations, tally));
        Console.WriteLine($"{scenario.Name} {Line("afterwards", tally)}");
        return failures + tally.Failures;
    }

    /// <summary>Runs a role in the started process.</summary>
    public static async Task PlayAsync(Scenario scenario, string role, string folder, int operations)
    {
        var tally = new Tally();
        Console.WriteLine(Ready);
        if (await Console.In.ReadLineAsync() != Go)
        {
            throw new InvalidOperationException("The parent process has ended.");
        }

        await scenario.PlayAsync(role, folder, operations, tally);
        Console.WriteLine(Line(role, tally));
    }

    /// <summary>Repeats the operation of a reader at least the given number of times, and until the writer has ended.</summary>
    public static async Task WhileWrittenAsync(string folder, int operations, Tally tally, Func<Task> operation)
    {
        for (var number = 0; number < operations || !File.Exists(EndOf(folder)); number++)
        {
            await tally.CountAsync(operation);
        }
    }

    /// <summary>Signals the reader that the writer has ended.</summary>
    public static void EndWriting(string folder) => File.WriteAllText(EndOf(folder), string.Empty);

    private static string EndOf(string folder) => folder + ".written";

    private static string Line(string role, Tally tally) =>
        $"{role} {tally.Operations} operations, {tally.Failures} failed. {tally.FirstFailure}".TrimEnd();

    private static Process Start(params object[] arguments)
    {
        // Starts its own executable, because Wine has no dotnet.exe.
        var start = new ProcessStartInfo(
            Environment.ProcessPath!,
            ["role", .. arguments.Select(argument => Convert.ToString(argument, CultureInfo.InvariantCulture)!)]
        )
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return Process.Start(start)!;
    }

    private static async Task UntilReadyAsync(Process process)
    {
        if (await process.StandardOutput.ReadLineAsync() != Ready)
        {
            throw new InvalidOperationException($"A process ended before the scenario started, with exit code {process.ExitCode}.");
        }
    }
}
