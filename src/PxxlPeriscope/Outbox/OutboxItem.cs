using PxxlPeriscope.Compatibility;
using PxxlPeriscope.Ledger;

namespace PxxlPeriscope;

/// <summary>A report that could not be delivered yet, as it lies in an outbox, or that Periscope refused.</summary>
public sealed record OutboxItem
{
    private const int MaxReadableNameLength = 80;

    /// <summary>The id of the report.</summary>
    public string DeploymentId => Report.DeploymentId;

    /// <summary>The status that it reports.</summary>
    public string Status => Report.Status;

    /// <summary>The service that it is about.</summary>
    public string? Service => Report.Service;

    /// <summary>The environment that it is about.</summary>
    public string Environment => Report.Environment;

    /// <summary>The report itself.</summary>
    public required DeploymentReport Report { get; init; }

    /// <summary>When it was put there, UTC.</summary>
    public required DateTimeOffset QueuedAt { get; init; }

    /// <summary>How long it had been there when it was read.</summary>
    public required TimeSpan Age { get; init; }

    /// <summary>How often it was sent without success, all repetitions counted; 0 when Periscope was known to be down.</summary>
    public int Attempts { get; init; }

    /// <summary>Why it was not delivered the last time.</summary>
    public string? LastError { get; init; }

    /// <summary>The stable id of that error, such as <c>PeriscopeUnreachable</c>.</summary>
    public string? ErrorId { get; init; }

    /// <summary>Whether it was refused, so that sending it again as it is would not help.</summary>
    public bool IsDead { get; init; }

    /// <summary>The outbox it belongs to.</summary>
    public required string OutboxPath { get; init; }

    /// <summary>Its file.</summary>
    public required string Path { get; init; }

    /// <inheritdoc/>
    public override string ToString() => DeploymentId;

    /// <summary>Whether this is its report, in all that is sent.</summary>
    internal bool IsOf(DeploymentReport report) => DeliveryRecord.ComputeDigest(Report) == DeliveryRecord.ComputeDigest(report);

    /// <summary>The name can be read by a person, and its end makes it the only one: an id may hold any character, in any case.</summary>
    internal static string GetFileName(string deploymentId)
    {
        var readable = deploymentId
            .Take(MaxReadableNameLength)
            .Select(c => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '-' or '_' ? c : '_');
        var hash = Hashing.ToLowerHex(Hashing.Sha256(System.Text.Encoding.UTF8.GetBytes(deploymentId))).Substring(0, 16);
        return $"{string.Concat(readable)}-{hash}";
    }
}
