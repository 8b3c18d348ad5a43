using System.Buffers;
using System.Text.Json;
using PxxlPeriscope.Sandbox.Pxxl.Data;
using PxxlPeriscope.Sandbox.Pxxl.Shape;

namespace PxxlPeriscope.Sandbox.Pxxl.Responses;

/// <summary>Writes a deployment in a given <see cref="RowFormat"/>.</summary>
internal static class DeploymentJson
{
    // One per thread: a benchmark writes 100,000 rows, and these two caused two thirds of the allocations.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? Buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? Writer;

    public static byte[] Write(SandboxDeployment deployment, RowFormat dialect)
    {
        var buffer = Buffer ??= new(4096);
        var json = Writer ??= new(buffer, JsonResponse.Options);
        buffer.ResetWrittenCount();
        json.Reset();
        Write(json, deployment, dialect);
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, SandboxDeployment deployment, RowFormat dialect)
    {
        var names = DeploymentFieldNames.Of(dialect.Spelling);
        var fields = new JsonFields(json, dialect.NumbersAsStrings);
        json.WriteStartObject();
        fields.Text(names.Id, deployment.Id);
        WriteProject(json, fields, names, deployment);
        fields.Text(StatusName(names, dialect.StatusField), deployment.Status);
        fields.Text(names.BuildStatus, deployment.BuildStatus);
        fields.Text(names.Domain, deployment.Domain);
        fields.Text(names.Branch, deployment.Branch);
        WriteCommit(json, fields, names, deployment);
        fields.Text(names.Environment, deployment.Environment);
        fields.Time(names.CreatedAt, deployment.CreatedAt);
        fields.Time(names.FinishedAt, deployment.FinishedAt);
        fields.Number(names.BuildDuration, deployment.BuildSeconds * names.BuildDurationPerSecond);
        fields.Number(names.ArtifactBytes, deployment.ArtifactBytes);
        fields.Text(names.Error, deployment.ErrorMessage);
        fields.Text(names.TriggeredBy, deployment.TriggeredBy);
        if (deployment.Preview is { } preview)
            WritePreview(json, fields, preview);
        json.WriteEndObject();
    }

    private static string StatusName(DeploymentFieldNames names, StatusField field) =>
        field switch
        {
            StatusField.DeploymentStatus => names.DeploymentStatus,
            StatusField.State => names.State,
            _ => names.Status,
        };

    private static void WriteProject(Utf8JsonWriter json, JsonFields fields, DeploymentFieldNames names, SandboxDeployment deployment)
    {
        fields.Text(names.ProjectId, deployment.ProjectId);
        fields.Text(names.ProjectName, deployment.ProjectName);
        if (names.ProjectId is not null || deployment.ProjectId is null)
            return;
        json.WriteStartObject("project");
        fields.Text("id", deployment.ProjectId);
        fields.Text("name", deployment.ProjectName);
        json.WriteEndObject();
    }

    private static void WriteCommit(Utf8JsonWriter json, JsonFields fields, DeploymentFieldNames names, SandboxDeployment deployment)
    {
        fields.Text(names.CommitSha, deployment.CommitSha);
        fields.Text(names.CommitMessage, deployment.CommitMessage);
        if (names.CommitSha is not null || (deployment.CommitSha ?? deployment.CommitMessage) is null)
            return;
        json.WriteStartObject("commit");
        fields.Text("sha", deployment.CommitSha);
        fields.Text("message", deployment.CommitMessage);
        json.WriteEndObject();
    }

    // The preview object is documented with camelCase names only, so it has no other spelling.
    private static void WritePreview(Utf8JsonWriter json, JsonFields fields, SandboxPreview preview)
    {
        json.WriteStartObject("preview");
        json.WriteBoolean("enabled", preview.Enabled);
        fields.Text("kind", preview.Kind);
        fields.Text("branch", preview.Branch);
        fields.Text("sha", preview.Sha);
        fields.Number("pullRequestNumber", (long?)preview.PullRequestNumber);
        fields.Time("expiresAt", preview.ExpiresAt);
        json.WriteEndObject();
    }
}
