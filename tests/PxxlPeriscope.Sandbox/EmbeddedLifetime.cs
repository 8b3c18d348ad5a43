namespace PxxlPeriscope.Sandbox;

/// <summary>A lifetime that does not handle Ctrl+C and SIGTERM; the default one would take them away from a test runner.</summary>
internal sealed class EmbeddedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
