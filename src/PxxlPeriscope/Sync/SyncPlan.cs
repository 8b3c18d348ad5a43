using PxxlPeriscope.Reports.Conversion;

namespace PxxlPeriscope.Sync;

/// <summary>What a synchronization is about to send, and what it will remember when that is done.</summary>
internal sealed class SyncPlan
{
    /// <summary>In the order in which the deployments began.</summary>
    internal List<DeploymentReport> Reports { get; } = [];

    /// <summary>How many deployments were looked at.</summary>
    internal int Read { get; set; }

    /// <summary>Whether all lists were whole.</summary>
    internal bool IsListComplete { get; set; }

    /// <summary>Whether there is more at Pxxl than a run keeps.</summary>
    internal bool IsTruncated { get; set; }

    /// <summary>How many of them are not sent, by the reason.</summary>
    internal Dictionary<string, int> Skipped { get; } = new(StringComparer.Ordinal);

    /// <summary>Why a deployment is not reported that was not passed over for that reason before, by the report's deploymentId.</summary>
    internal Dictionary<string, string> NewSkips { get; } = new(StringComparer.Ordinal);

    /// <summary>How far was read, by scope and project.</summary>
    internal Dictionary<(string Scope, string Project), DateTimeOffset> ReadUntil { get; } = [];

    internal Dictionary<string, SyncState.RunningDeployment> Running { get; } = new(StringComparer.Ordinal);

    internal List<SuccessfulRelease> LastSuccesses { get; } = [];

    internal void Skip(string reason) => Skipped[reason] = (Skipped.TryGetValue(reason, out var count) ? count : 0) + 1;
}
