using System.Diagnostics;
using System.Text;
using System.Text.Json;
using PxxlPeriscope.Sandbox;

namespace PxxlPeriscope.Tests.Durability;

/// <summary>A process that runs one synchronization or delivers an outbox.</summary>
internal sealed class SyncChildProcess : IAsyncDisposable
{
    // The exit code after SIGKILL or TerminateProcess.
    private static readonly int Killed = OperatingSystem.IsWindows() ? -1 : 137;

    // From its own output folder, not from that of the tests, where the web server's assemblies replace those of some packages.
    private static readonly string Program = Path.Combine(
        Repository.PathTo("tests", "PxxlPeriscope.SyncProcess", "bin"),
        new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name,
        Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)),
        "PxxlPeriscope.SyncProcess.dll"
    );

    private readonly StringBuilder _output = new();
    private readonly Process _process;

    private SyncChildProcess(Process process)
    {
        _process = process;
        _process.OutputDataReceived += AppendOutput;
        _process.ErrorDataReceived += AppendOutput;
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public static SyncChildProcess StartSync(SandboxHost sandbox, string state, string? outbox, params string[] more) =>
        Start(sandbox, ["sync", "--state", state, .. outbox is null ? Array.Empty<string>() : ["--outbox", outbox], .. more]);

    public static SyncChildProcess StartDelivery(SandboxHost sandbox, string outbox, params string[] more) =>
        Start(sandbox, ["deliver", "--outbox", outbox, .. more]);

    /// <summary>Waits until a condition is true or the process has ended.</summary>
    public async Task WaitForAsync(Func<bool> condition, CancellationToken stop)
    {
        while (!condition() && !HasExited)
        {
            await Task.Delay(1, stop);
        }
    }

    /// <summary>Waits for the process to end, with a normal exit code or that of a killed process.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> WaitForExitAsync(CancellationToken stop)
    {
        await _process.WaitForExitAsync(stop);
        var code = _process.ExitCode;
        Assert.True(code is 0 or 1 || code == Killed, $"A process exited with code {code}:\n{Output}");
        return code;
    }

    /// <summary>Kills the process.</summary>
    /// <returns>Whether it was still running.</returns>
    public async Task<bool> KillAsync(CancellationToken stop)
    {
        _process.Kill();
        return await WaitForExitAsync(stop) == Killed;
    }

    /// <summary>Returns a number of the summary; null until the summary is written.</summary>
    public int? Summary(string name)
    {
        const string Mark = "summary: {";
        var line = Output.Split('\n').FirstOrDefault(line => line.StartsWith(Mark, StringComparison.Ordinal));
        return line is null ? null : JsonDocument.Parse(line.AsMemory(Mark.Length - 1)).RootElement.GetProperty(name).GetInt32();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private static SyncChildProcess Start(SandboxHost sandbox, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            Environment =
            {
                ["PXXL_API_URL"] = sandbox.PxxlUri.AbsoluteUri,
                ["PXXL_API_KEY"] = sandbox.PxxlKey,
                ["PERISCOPE_API_URL"] = sandbox.PeriscopeUri.AbsoluteUri,
                ["PERISCOPE_API_KEY"] = sandbox.PeriscopeKey,
            },
        };
        return new SyncChildProcess(new Process { StartInfo = start });
    }

    private void AppendOutput(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
        {
            _output.Append(line.Data).Append('\n');
        }
    }
}
