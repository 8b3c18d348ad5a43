using System.Diagnostics;
using System.Text;

namespace PxxlPeriscope.Tests.Pester;

/// <summary>Runs a program until it ends or reaches a time limit, and returns its output.</summary>
internal static class ProcessRunner
{
    /// <summary>Returns the full path of a program on the PATH, or null.</summary>
    public static string? FindProgram(string program)
    {
        string[] endings = OperatingSystem.IsWindows() ? [".exe", ".cmd"] : [""];
        return (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => endings.Select(ending => Path.Combine(folder, program + ending)))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>
    /// Creates the start information for a program with the given variables, redirected streams and without the developer's keys.
    /// </summary>
    public static ProcessStartInfo CreateStartInfo(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string?> environment
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        // Tests must not depend on the developer's connections.
        foreach (var name in start.Environment.Keys.Where(IsTheDevelopers).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;

        static bool IsTheDevelopers(string name) =>
            name.StartsWith("PXXL_", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("PERISCOPE_", StringComparison.OrdinalIgnoreCase);
    }

    public static async Task<(int ExitCode, string Output)> RunAsync(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string?> environment,
        TimeSpan limit,
        CancellationToken stop
    )
    {
        using var process = new Process { StartInfo = CreateStartInfo(program, arguments, environment) };
        var output = new StringBuilder();
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        end.CancelAfter(limit);
        try
        {
            await process.WaitForExitAsync(end.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            stop.ThrowIfCancellationRequested();
            throw new TimeoutException(
                $"{Path.GetFileName(program)} was still running after {limit.TotalMinutes:0.#} minutes. Output:\n{output}"
            );
        }

        lock (output)
        {
            return (process.ExitCode, output.ToString());
        }

        void Keep(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is not null)
            {
                lock (output)
                {
                    output.AppendLine(line.Data);
                }
            }
        }
    }
}
