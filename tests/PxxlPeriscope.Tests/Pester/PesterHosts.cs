using System.Collections.Concurrent;
using PxxlPeriscope.PowerShellTool;

namespace PxxlPeriscope.Tests.Pester;

/// <summary>As many PowerShells as there are test files under way at the same time. Each goes on to the next file when it is free.</summary>
public sealed class PesterHosts : IAsyncDisposable
{
    private readonly Lazy<Task<PowerShellProgram>> _shell = new(() => PowerShellProgram.FindAsync(Repository.Root, CancellationToken.None));
    private readonly ConcurrentBag<PesterHost> _idle = [];

    /// <summary>Runs a test file in a PowerShell that is free, or in a new one.</summary>
    /// <returns>What it wrote, and Pester's counts; null when PowerShell ended before it had counted.</returns>
    /// <exception cref="TimeoutException">The file was still running after ten minutes.</exception>
    public async Task<(string Output, (int Passed, int Failed, int Skipped)? Counts)> RunAsync(
        string file,
        CancellationToken cancellationToken
    )
    {
        if (!_idle.TryTake(out var host))
        {
            host = await StartAsync(cancellationToken);
        }

        try
        {
            return await host.RunAsync(file, cancellationToken);
        }
        finally
        {
            if (host.IsUsable)
            {
                _idle.Add(host);
            }
            else
            {
                await host.DisposeAsync();
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var host in _idle)
        {
            await host.DisposeAsync();
        }
    }

    private async Task<PesterHost> StartAsync(CancellationToken cancellationToken)
    {
        var module = Repository.PathTo("out", "PxxlPeriscope");
        Assert.True(
            File.Exists(Path.Combine(module, "PxxlPeriscope.psd1")),
            $"There is no module in {module}. Build the solution first: dotnet build"
        );
        return await PesterHost.StartAsync(await _shell.Value, module, SandboxProgram(), cancellationToken);
    }

    /// <summary>The sandbox as a program: its own build where there is one, since it lies there with all it needs.</summary>
    private static string SandboxProgram()
    {
        const string Name = "PxxlPeriscope.Sandbox.dll";
        var target = new DirectoryInfo(AppContext.BaseDirectory);
        var own = Repository.PathTo("tests", "PxxlPeriscope.Sandbox", "bin", target.Parent!.Name, target.Name, Name);
        return File.Exists(own) ? own : Path.Combine(AppContext.BaseDirectory, Name);
    }
}
