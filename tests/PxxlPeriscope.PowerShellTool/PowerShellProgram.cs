using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace PxxlPeriscope.PowerShellTool;

/// <summary>
/// The PowerShell in which tests and benchmarks run the module: the .NET tool pinned in .config/dotnet-tools.json, or the one that the
/// environment variable PXXLPERISCOPE_PWSH specifies.
/// </summary>
/// <param name="FileName">The program to start.</param>
/// <param name="FirstArguments">The arguments before those for PowerShell: a tool is a library that dotnet runs.</param>
/// <param name="Version">The version that it reports.</param>
public sealed record PowerShellProgram(string FileName, IReadOnlyList<string> FirstArguments, Version Version)
{
    /// <summary>The environment variable that specifies another PowerShell: a program, or the path of a pwsh.dll.</summary>
    public const string Variable = "PXXLPERISCOPE_PWSH";

    private static readonly Version Oldest = new(7, 4);

    /// <summary>Finds PowerShell, and restores the tool if this machine does not have it yet.</summary>
    /// <param name="repositoryRoot">The folder that contains .config/dotnet-tools.json.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <exception cref="InvalidOperationException">PowerShell was not found. The message explains what to do.</exception>
    public static async Task<PowerShellProgram> FindAsync(string repositoryRoot, CancellationToken cancellationToken)
    {
        var named = Environment.GetEnvironmentVariable(Variable);
        if (!string.IsNullOrEmpty(named))
        {
            var isLibrary = named.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);
            return await ProbeAsync(isLibrary ? Dotnet : named, isLibrary ? [named] : [], repositoryRoot, cancellationToken)
                ?? throw new InvalidOperationException(
                    $"{Variable} is '{named}', which does not start as PowerShell {Oldest} or later. "
                        + "Specify another PowerShell, or remove the variable."
                );
        }

        if (await FindToolAsync(repositoryRoot, cancellationToken) is { } restored)
        {
            return restored;
        }

        var (exitCode, output) = await RunAsync(Dotnet, ["tool", "restore"], repositoryRoot, cancellationToken);
        return await FindToolAsync(repositoryRoot, cancellationToken)
            ?? throw new InvalidOperationException(
                "The PowerShell tool in .config/dotnet-tools.json could not be restored: "
                    + $"dotnet tool restore exited with code {exitCode}.\n{output}"
            );
    }

    /// <summary>Creates the start information for running PowerShell.</summary>
    public ProcessStartInfo StartInfo(IEnumerable<string> arguments) => new(FileName, [.. FirstArguments, .. arguments]);

    private static string Dotnet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet";

    /// <summary>
    /// Asks the tool for its location and starts it from there. The command of the tool is a process that starts another one, so ending it
    /// would leave PowerShell running.
    /// </summary>
    private static async Task<PowerShellProgram?> FindToolAsync(string repositoryRoot, CancellationToken cancellationToken)
    {
        string[] arguments = ["tool", "run", "pwsh", "--", "-NoProfile", "-NonInteractive", "-Command", "$PSHOME"];
        var (exitCode, output) = await RunAsync(Dotnet, arguments, repositoryRoot, cancellationToken);
        return exitCode == 0
            ? await ProbeAsync(Dotnet, [Path.Combine(output.Trim(), "pwsh.dll")], repositoryRoot, cancellationToken)
            : null;
    }

    private static async Task<PowerShellProgram?> ProbeAsync(
        string fileName,
        IReadOnlyList<string> firstArguments,
        string workingDirectory,
        CancellationToken cancellationToken
    )
    {
        string[] question =
        [
            "-NoProfile",
            "-NonInteractive",
            "-Command",
            "\"$($PSVersionTable.PSVersion.Major).$($PSVersionTable.PSVersion.Minor)\"",
        ];
        try
        {
            var (exitCode, output) = await RunAsync(fileName, [.. firstArguments, .. question], workingDirectory, cancellationToken);
            return exitCode == 0 && Version.TryParse(output.Trim(), out var version) && version >= Oldest
                ? new PowerShellProgram(fileName, firstArguments, version)
                : null;
        }
        catch (Win32Exception)
        {
            // The program does not exist or is not executable.
            return null;
        }
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(
        string fileName,
        IEnumerable<string> arguments,
        string workingDirectory,
        CancellationToken cancellationToken
    )
    {
        var start = new ProcessStartInfo(fileName, arguments)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, process.ExitCode == 0 ? await output : await output + await errors);
    }
}
