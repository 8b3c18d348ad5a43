using PxxlPeriscope.Outbox;

namespace PxxlPeriscope.PowerShell.Cmdlets;

/// <summary>Base class of the cmdlets that deliver reports to Periscope or manage waiting ones. Adds the outbox.</summary>
public abstract class DeliveryCmdlet : ServiceCmdlet
{
    /// <summary>Opens the specified outbox for sending, or the outbox of the connection; null if there is none.</summary>
    private protected ReportOutbox? OpenOutboxAt(string? path, PeriscopeConnection? connection) =>
        ResolveOutboxPath(path, connection) is { } folder ? Await(ReportOutbox.OpenAsync(folder, StopToken, warn: Log.Warning)) : null;

    private protected string? ResolveOutboxPath(string? path, PeriscopeConnection? connection) =>
        path is not null ? GetUnresolvedProviderPathFromPSPath(path) : (connection ?? Connections.Periscope)?.OutboxPath;
}
