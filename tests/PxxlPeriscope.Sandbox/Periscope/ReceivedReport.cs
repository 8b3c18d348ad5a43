using System.Text.Json.Nodes;

namespace PxxlPeriscope.Sandbox.Periscope;

/// <summary>The record that Periscope has of a deployment id.</summary>
public sealed record ReceivedReport
{
    /// <summary>The id that was sent, which is the key of the upsert.</summary>
    public required string DeploymentId { get; init; }

    /// <summary>The integer id that Periscope assigns, called <c>deploymentId</c> in its response.</summary>
    public required int RecordId { get; init; }

    /// <summary>
    /// The payload that was sent last. Periscope does not document whether an update replaces or merges; the sandbox replaces.
    /// </summary>
    public required JsonObject Payload { get; init; }

    /// <summary>All stored statuses, oldest first. Their number is the number of times the report was posted.</summary>
    public required IReadOnlyList<string> Statuses { get; init; }

    public int TimesPosted => Statuses.Count;
}
