using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace PxxlPeriscope.Sandbox.Periscope;

/// <summary>
/// The documented rules for deployment reports, and only those: nothing says that Periscope rejects an end before the start, unknown
/// fields or a status that goes backwards.
/// </summary>
internal static partial class ReportRules
{
    private static readonly string[] Required = ["deploymentId", "commitSha", "environment", "status", "startedAt"];

    private static readonly string[] Optional =
    [
        "completedAt",
        "organizationSlug",
        "service",
        "branch",
        "previousCommitSha",
        "triggeredBy",
        "pipelineName",
        "pipelineUrl",
    ];

    private static readonly string[] Open = ["pending", "in_progress"];

    private static readonly string[] Terminal = ["success", "failure", "cancelled", "rolled_back"];

    private static readonly string[] CommitFields = ["commitSha", "previousCommitSha"];

    private static readonly string[] TimeFields = ["startedAt", "completedAt"];

    /// <summary>
    /// The first rule that a report violates, as <c>field problem</c>; null if it is valid. Periscope reports only one problem.
    /// </summary>
    public static string? FirstProblem(JsonObject report) => Problems(report).FirstOrDefault();

    public static string? Text(JsonObject report, string field) =>
        report[field] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    private static IEnumerable<string> Problems(JsonObject report)
    {
        foreach (var field in Required.Where(field => !report.ContainsKey(field)))
            yield return $"{field} is required";
        // Null is not a string either: an optional field must be omitted.
        foreach (var field in Required.Concat(Optional).Where(field => report.ContainsKey(field) && Text(report, field) is null))
            yield return $"{field} must be a string";
        foreach (var field in Required.Where(field => Text(report, field)?.Length == 0))
            yield return $"{field} must not be empty";
        foreach (var field in CommitFields.Where(field => Text(report, field) is { } sha && !CommitSha().IsMatch(sha)))
            yield return $"{field} must be a valid hex string (5-40 characters)";
        var status = Text(report, "status")!;
        if (!Open.Contains(status) && !Terminal.Contains(status))
            yield return $"status must be one of: {string.Join(", ", Open.Concat(Terminal))}";
        foreach (var field in TimeFields.Where(field => Text(report, field) is { } time && !IsTimestamp(time)))
            yield return $"{field} must be a valid ISO 8601 timestamp";
        if (Terminal.Contains(status) && !report.ContainsKey("completedAt"))
            yield return "completedAt is required for terminal statuses";
    }

    private static bool IsTimestamp(string text) =>
        Timestamp().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _);

    [GeneratedRegex(@"\A[0-9a-fA-F]{5,40}\z")]
    private static partial Regex CommitSha();

    [GeneratedRegex(@"\A[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})\z")]
    private static partial Regex Timestamp();
}
