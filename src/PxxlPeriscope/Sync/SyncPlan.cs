using PxxlPeriscope.Reports.Conversion;

namespace PxxlPeriscope.Sync;

/// <summary>The reports that a synchronization is about to send, and what it records afterwards.</summary>
internal sealed class SyncPlan
{
    /// <summary>In the order in which the deployments started.</summary>
    internal List<DeploymentReport> Reports { get; } = [];

    /// <summary>The number of deployments that were read.</summary>
    internal int Read { get; set; }

    /// <summary>Whether all lists were read completely.</summary>
    internal bool IsListComplete { get; set; }

    /// <summary>Whether Pxxl has more deployments than a run keeps.</summary>
    internal bool IsTruncated { get; set; }

    /// <summary>The number of deployments that are not sent, by reason.</summary>
    internal Dictionary<string, int> Skipped { get; } = new(StringComparer.Ordinal);

    /// <summary>Why deployments are not reported, by deploymentId of the report, unless the same reason was recorded before.</summary>
    internal Dictionary<string, string> NewSkips { get; } = new(StringComparer.Ordinal);

    /// <summary>The creation time up to which was read, by scope and project.</summary>
    internal Dictionary<(string Scope, string Project), DateTimeOffset> ReadUntil { get; } = [];

    internal Dictionary<string, SyncState.RunningDeployment> Running { get; } = new(StringComparer.Ordinal);

    internal List<SuccessfulRelease> LastSuccesses { get; } = [];

    internal void Skip(string reason) => Skipped[reason] = (Skipped.TryGetValue(reason, out var count) ? count : 0) + 1;
}
