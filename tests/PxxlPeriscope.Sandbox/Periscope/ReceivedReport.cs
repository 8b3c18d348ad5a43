using System.Text.Json.Nodes;

namespace PxxlPeriscope.Sandbox.Periscope;

/// <summary>What Periscope holds for one deployment id.</summary>
public sealed record ReceivedReport
{
    /// <summary>The id that was sent, the key of the upsert.</summary>
    public required string DeploymentId { get; init; }

    /// <summary>Periscope's own integer id, which its answer calls <c>deploymentId</c>.</summary>
    public required int RecordId { get; init; }

    /// <summary>The payload as last sent. Whether an update replaces or merges is not published; the sandbox replaces.</summary>
    public required JsonObject Payload { get; init; }

    /// <summary>Every status that was stored, oldest first; its count is how often the report was posted.</summary>
    public required IReadOnlyList<string> Statuses { get; init; }

    public int TimesPosted => Statuses.Count;
}
