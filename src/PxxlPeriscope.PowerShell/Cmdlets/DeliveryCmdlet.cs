using PxxlPeriscope.Outbox;

namespace PxxlPeriscope.PowerShell.Cmdlets;

/// <summary>A cmdlet that delivers to Periscope, or looks after what waits for it: it has an outbox.</summary>
public abstract class DeliveryCmdlet : ServiceCmdlet
{
    /// <summary>The outbox for sending: the one given, else the connection's; null for none.</summary>
    private protected ReportOutbox? OpenOutboxAt(string? path, PeriscopeConnection? connection) =>
        ResolveOutboxPath(path, connection) is { } folder ? Await(ReportOutbox.OpenAsync(folder, StopToken, warn: Log.Warning)) : null;

    private protected string? ResolveOutboxPath(string? path, PeriscopeConnection? connection) =>
        path is not null ? GetUnresolvedProviderPathFromPSPath(path) : (connection ?? Connections.Periscope)?.OutboxPath;
}
