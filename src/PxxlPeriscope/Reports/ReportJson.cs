using System.Text.Json;
using PxxlPeriscope.Json;
using PxxlPeriscope.Periscope;

namespace PxxlPeriscope.Reports;

/// <summary>Stores a report in a file: as it is sent, together with the source of its completion time.</summary>
internal static class ReportJson
{
    internal static void Write(Utf8JsonWriter json, string name, DeploymentReport report)
    {
        json.WritePropertyName(name);
        // The file contains the fields exactly as they are sent, so that they can be compared.
        using var sent = JsonDocument.Parse(ReportPayload.Write(report));
        json.WriteStartObject();
        foreach (var field in sent.RootElement.EnumerateObject())
        {
            field.WriteTo(json);
        }

        if (report.CompletedAtSource != CompletionSource.None)
        {
            json.WriteString("completedAtSource", report.CompletedAtSource.ToString());
        }

        json.WriteEndObject();
    }

    /// <returns>The report; null if the JSON is not a report.</returns>
    internal static DeploymentReport? Read(JsonElement json)
    {
        return Text("deploymentId") is not { } id
            ? null
            : new DeploymentReport
            {
                DeploymentId = id,
                CommitSha = Text("commitSha") ?? string.Empty,
                Environment = Text("environment") ?? string.Empty,
                Status = Text("status") ?? string.Empty,
                StartedAt = json.GetMember("startedAt")?.AsTimestamp(),
                CompletedAt = json.GetMember("completedAt")?.AsTimestamp(),
                CompletedAtSource = Enum.TryParse<CompletionSource>(Text("completedAtSource"), out var source)
                    ? source
                    : CompletionSource.None,
                OrganizationSlug = Text("organizationSlug"),
                Service = Text("service"),
                Branch = Text("branch"),
                PreviousCommitSha = Text("previousCommitSha"),
                TriggeredBy = Text("triggeredBy"),
                PipelineName = Text("pipelineName"),
                PipelineUrl = Text("pipelineUrl"),
            };

        string? Text(string name) => json.GetMember(name)?.AsText();
    }
}
