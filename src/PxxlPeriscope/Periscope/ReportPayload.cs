using System.Globalization;
using System.Text.Json;

namespace PxxlPeriscope.Periscope;

/// <summary>
/// Writes a report as the JSON that Periscope accepts: strings only, absent fields omitted, times in the only documented format.
/// </summary>
internal static class ReportPayload
{
    internal static byte[] Write(DeploymentReport report)
    {
        using var buffer = new MemoryStream(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            Text("deploymentId", report.DeploymentId);
            Text("commitSha", report.CommitSha);
            Text("environment", report.Environment);
            Text("status", report.Status);
            Moment("startedAt", report.StartedAt);
            Moment("completedAt", ReportStatus.IsTerminal(report.Status) ? report.CompletedAt : null);
            Text("organizationSlug", report.OrganizationSlug);
            Text("service", report.Service);
            Text("branch", report.Branch);
            Text("previousCommitSha", ReportValidation.IsZero(report.PreviousCommitSha) ? null : report.PreviousCommitSha);
            Text("triggeredBy", report.TriggeredBy);
            Text("pipelineName", report.PipelineName);
            Text("pipelineUrl", report.PipelineUrl);
            json.WriteEndObject();

            // The documentation does not say how null and "" are handled, so neither is ever sent.
            void Text(string name, string? value)
            {
                if (!string.IsNullOrEmpty(value))
                {
                    json.WriteString(name, value);
                }
            }

            void Moment(string name, DateTimeOffset? value) => Text(name, value is { } timestamp ? FormatTimestamp(timestamp) : null);
        }

        return buffer.ToArray();
    }

    /// <summary>UTC with whole seconds and Z: the only format in the documentation.</summary>
    internal static string FormatTimestamp(DateTimeOffset timestamp) =>
        timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
