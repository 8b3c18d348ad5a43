using System.Collections.Concurrent;
using PxxlPeriscope.PowerShellTool;

namespace PxxlPeriscope.Tests.Pester;

/// <summary>One PowerShell for each test file that runs concurrently. Each runs the next file when it is free.</summary>
public sealed class PesterHosts : IAsyncDisposable
{
    private readonly Lazy<Task<PowerShellProgram>> _shell = new(() => PowerShellProgram.FindAsync(Repository.Root, CancellationToken.None));
    private readonly ConcurrentBag<PesterHost> _idle = [];

    /// <summary>Runs a test file in a free PowerShell or in a new one.</summary>
    /// <returns>The output and the test counts of Pester; null counts if PowerShell ended before Pester had finished.</returns>
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
            $"The module was not found in {module}. Build the solution first: dotnet build"
        );
        return await PesterHost.StartAsync(await _shell.Value, module, SandboxProgram(), cancellationToken);
    }

    /// <summary>The sandbox program, preferably from its own output folder, which contains all its dependencies.</summary>
    private static string SandboxProgram()
    {
        const string Name = "PxxlPeriscope.Sandbox.dll";
        var target = new DirectoryInfo(AppContext.BaseDirectory);
        var own = Repository.PathTo("tests", "PxxlPeriscope.Sandbox", "bin", target.Parent!.Name, target.Name, Name);
        return File.Exists(own) ? own : Path.Combine(AppContext.BaseDirectory, Name);
    }
}
