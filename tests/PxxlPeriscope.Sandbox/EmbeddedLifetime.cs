namespace PxxlPeriscope.Sandbox;

/// <summary>Leaves Ctrl+C and SIGTERM to whoever runs the sandbox; the default lifetime would take them from a test runner.</summary>
internal sealed class EmbeddedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
