using System.Diagnostics;
using System.Globalization;
using System.IO.Pipes;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using PxxlPeriscope.PowerShellTool;

namespace PxxlPeriscope.Tests.Pester;

/// <summary>
/// A PowerShell process that runs test files one after another. Starting PowerShell and compiling Pester takes three seconds of
/// processor time, which separate processes would need 34 times. Each file starts with the original environment and current folder.
/// </summary>
internal sealed partial class PesterHost : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private readonly Process _process;
    private readonly NamedPipeServerStream _pipe;
    private readonly StringBuilder _output = new();
    private readonly List<string> _files = [];
    private TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private PesterHost(Process process, NamedPipeServerStream pipe)
    {
        (_process, _pipe) = (process, pipe);
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => _end.TrySetResult();
    }

    /// <summary>False after a file that ended the process or timed out.</summary>
    public bool IsUsable => !_process.HasExited;

    /// <summary>Starts PowerShell.</summary>
    /// <param name="shell">The PowerShell to start.</param>
    /// <param name="module">The folder of the module to test.</param>
    /// <param name="sandbox">The sandbox program.</param>
    /// <param name="cancellationToken">Cancels the wait for PowerShell.</param>
    public static async Task<PesterHost> StartAsync(
        PowerShellProgram shell,
        string module,
        string sandbox,
        CancellationToken cancellationToken
    )
    {
        // Not through standard input, which the programs that the tests start would share.
        var pipeName = $"PxxlPeriscope.Tests.{Guid.NewGuid():n}";
        var pipe = new NamedPipeServerStream(pipeName, PipeDirection.Out, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous);
        var variables = new Dictionary<string, string?>
        {
            ["PXXLPERISCOPE_PESTER"] = typeof(PesterHost)
                .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
                .Single(data => data.Key == "Pester")
                .Value,
            ["PXXLPERISCOPE_PIPE"] = pipeName,
            ["PXXLPERISCOPE_MODULE"] = module,
            ["PXXLPERISCOPE_SANDBOX"] = sandbox,
            ["NO_COLOR"] = "1",
            ["POWERSHELL_TELEMETRY_OPTOUT"] = "1",
            ["POWERSHELL_UPDATECHECK"] = "Off",
            // Pester runs each line only once or twice, and instrumenting code for later optimization takes a third of the processor time.
            ["DOTNET_TieredPGO"] = "0",
        };
        string[] arguments = [.. shell.FirstArguments, "-NoProfile", "-NonInteractive", "-Command", Script];
        var host = new PesterHost(new Process { StartInfo = ProcessRunner.CreateStartInfo(shell.FileName, arguments, variables) }, pipe);
        host._process.Start();
        host._process.StandardInput.Close();
        host._process.BeginOutputReadLine();
        host._process.BeginErrorReadLine();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        var connecting = pipe.WaitForConnectionAsync(limit.Token);
        if (await Task.WhenAny(connecting, host._end.Task) != connecting)
        {
            throw new InvalidOperationException(
                $"PowerShell exited with code {host._process.ExitCode} before it ran a test:\n{host.Written()}"
            );
        }

        await connecting;
        return host;
    }

    /// <summary>Runs a test file.</summary>
    /// <returns>The output and the test counts of Pester; null counts if the process ended before Pester had finished.</returns>
    /// <exception cref="TimeoutException">The file was still running after ten minutes. The process has been killed.</exception>
    public async Task<(string Output, (int Passed, int Failed, int Skipped)? Counts)> RunAsync(
        string file,
        CancellationToken cancellationToken
    )
    {
        lock (_output)
        {
            // Shown with a failure, which may depend on the files before it.
            _output.Clear().Append("Files that ran in this process before: ").AppendJoin(", ", _files).AppendLine();
            _files.Add(Path.GetFileName(file));
            _end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        try
        {
            await _pipe.WriteAsync(Encoding.UTF8.GetBytes(file + "\n"), cancellationToken);
            await _end.Task.WaitAsync(Limit, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw new TimeoutException(
                $"{Path.GetFileName(file)} was still running after {Limit.TotalMinutes:0.#} minutes. Output:\n{Written()}"
            );
        }
        catch (IOException)
        {
            // The process has ended. Its output shows why.
            await _process.WaitForExitAsync(cancellationToken);
        }

        if (_process.HasExited)
        {
            // Until its output has been read completely.
            await _process.WaitForExitAsync(cancellationToken);
        }

        var written = Written();
        return (
            written,
            CountsLine().Match(written) is { Success: true } counts ? (Number(counts, 1), Number(counts, 2), Number(counts, 3)) : null
        );
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Closing the pipe ends the script.
        await _pipe.DisposeAsync();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string Script =>
        """
            # Names that no test uses: a global variable would stand in for a value that a test case does not have.
            $ErrorActionPreference = 'Stop'
            $ProgressPreference = 'SilentlyContinue'
            if ($PSStyle) { $PSStyle.OutputRendering = 'PlainText' }
            Import-Module -Name $env:PXXLPERISCOPE_PESTER
            $hostPipe = [System.IO.Pipes.NamedPipeClientStream]::new('.', $env:PXXLPERISCOPE_PIPE, [System.IO.Pipes.PipeDirection]::In)
            $hostPipe.Connect()
            $hostFiles = [System.IO.StreamReader]::new($hostPipe)
            $hostFolder = Get-Location
            $hostVariables = [System.Environment]::GetEnvironmentVariables()
            while ($hostFile = $hostFiles.ReadLine()) {
                $hostConfiguration = New-PesterConfiguration
                $hostConfiguration.Run.Path = $hostFile
                $hostConfiguration.Run.PassThru = $true
                $hostConfiguration.Output.Verbosity = 'Detailed'
                $hostConfiguration.Output.RenderMode = 'Plaintext'
                $hostConfiguration.TestResult.Enabled = $false
                $hostResult = Invoke-Pester -Configuration $hostConfiguration
                # A block whose setup fails counts as well: its tests have not run.
                $hostFailed = $hostResult.FailedCount + $hostResult.FailedBlocksCount + $hostResult.FailedContainersCount
                Get-Module -Name PxxlPeriscope | Remove-Module -Force
                Set-Location -LiteralPath $hostFolder.Path
                $hostNames = @([System.Environment]::GetEnvironmentVariables().Keys) + @($hostVariables.Keys)
                foreach ($hostName in $hostNames | Sort-Object -Unique -CaseSensitive) {
                    [System.Environment]::SetEnvironmentVariable($hostName, $hostVariables[$hostName])
                }
                "PESTER-COUNTS $($hostResult.PassedCount) $hostFailed $($hostResult.SkippedCount + $hostResult.NotRunCount)"
            }
            """;

    private static int Number(Match match, int group) =>
        int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    private string Written()
    {
        lock (_output)
        {
            return _output.ToString();
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
        {
            return;
        }

        lock (_output)
        {
            _output.AppendLine(line.Data);
            if (CountsLine().IsMatch(line.Data))
            {
                _end.TrySetResult();
            }
        }
    }

    [GeneratedRegex(@"^PESTER-COUNTS (\d+) (\d+) (\d+)\s*$", RegexOptions.Multiline)]
    private static partial Regex CountsLine();
}
