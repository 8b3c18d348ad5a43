namespace PxxlPeriscope.Sync;

/// <summary>A report that was not delivered and waits in the state for the next run.</summary>
internal sealed record PendingReport(DeploymentReport Report, DateTimeOffset Since, int Attempts, string LastError);
