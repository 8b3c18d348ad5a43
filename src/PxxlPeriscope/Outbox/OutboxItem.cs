using PxxlPeriscope.Compatibility;
using PxxlPeriscope.Ledger;

namespace PxxlPeriscope;

/// <summary>A report in an outbox that could not be delivered yet, or that Periscope rejected.</summary>
public sealed record OutboxItem
{
    private const int MaxReadableNameLength = 80;

    /// <summary>The id of the report.</summary>
    public string DeploymentId => Report.DeploymentId;

    /// <summary>The reported status.</summary>
    public string Status => Report.Status;

    /// <summary>The reported service.</summary>
    public string? Service => Report.Service;

    /// <summary>The reported environment.</summary>
    public string Environment => Report.Environment;

    /// <summary>The report itself.</summary>
    public required DeploymentReport Report { get; init; }

    /// <summary>When the report was queued, in UTC.</summary>
    public required DateTimeOffset QueuedAt { get; init; }

    /// <summary>How long the report had been queued when it was read.</summary>
    public required TimeSpan Age { get; init; }

    /// <summary>The number of failed attempts, including retries; 0 if Periscope was known to be down.</summary>
    public int Attempts { get; init; }

    /// <summary>The error of the last attempt.</summary>
    public string? LastError { get; init; }

    /// <summary>The stable id of that error, such as <c>PeriscopeUnreachable</c>.</summary>
    public string? ErrorId { get; init; }

    /// <summary>Whether the report was rejected, so that sending it again unchanged would fail again.</summary>
    public bool IsDead { get; init; }

    /// <summary>The outbox of the item.</summary>
    public required string OutboxPath { get; init; }

    /// <summary>The file of the item.</summary>
    public required string Path { get; init; }

    /// <inheritdoc/>
    public override string ToString() => DeploymentId;

    /// <summary>Whether the item has this report: all values that are sent are equal.</summary>
    internal bool IsOf(DeploymentReport report) => DeliveryRecord.ComputeDigest(Report) == DeliveryRecord.ComputeDigest(report);

    /// <summary>
    /// Returns a readable and unique file name. The suffix makes it unique, because an id may contain any character in any case.
    /// </summary>
    internal static string GetFileName(string deploymentId)
    {
        var readable = deploymentId
            .Take(MaxReadableNameLength)
            .Select(c => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '-' or '_' ? c : '_');
        var hash = Hashing.ToLowerHex(Hashing.Sha256(System.Text.Encoding.UTF8.GetBytes(deploymentId))).Substring(0, 16);
        return $"{string.Concat(readable)}-{hash}";
    }
}
