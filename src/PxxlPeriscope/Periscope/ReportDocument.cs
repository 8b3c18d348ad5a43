using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PxxlPeriscope.Periscope;

/// <summary>
/// A report as JSON, with the same fields in requests and files so that they can be compared. Periscope does not document how it handles
/// null and "", so neither is ever written.
/// </summary>
internal sealed record ReportDocument
{
    public string? DeploymentId { get; init; }

    public string? CommitSha { get; init; }

    public string? Environment { get; init; }

    public string? Status { get; init; }

    [JsonConverter(typeof(TimestampConverter))]
    public DateTimeOffset? StartedAt { get; init; }

    [JsonConverter(typeof(TimestampConverter))]
    public DateTimeOffset? CompletedAt { get; init; }

    public string? OrganizationSlug { get; init; }

    public string? Service { get; init; }

    public string? Branch { get; init; }

    public string? PreviousCommitSha { get; init; }

    public string? TriggeredBy { get; init; }

    public string? PipelineName { get; init; }

    public string? PipelineUrl { get; init; }

    /// <summary>Only in files.</summary>
    public string? CompletedAtSource { get; init; }

    /// <summary>Creates the request body.</summary>
    internal static ReportDocument ForRequest(DeploymentReport report) =>
        new()
        {
            DeploymentId = Text(report.DeploymentId),
            CommitSha = Text(report.CommitSha),
            Environment = Text(report.Environment),
            Status = Text(report.Status),
            StartedAt = report.StartedAt,
            CompletedAt = ReportStatus.IsTerminal(report.Status) ? report.CompletedAt : null,
            OrganizationSlug = Text(report.OrganizationSlug),
            Service = Text(report.Service),
            Branch = Text(report.Branch),
            PreviousCommitSha = ReportValidation.IsZero(report.PreviousCommitSha) ? null : Text(report.PreviousCommitSha),
            TriggeredBy = Text(report.TriggeredBy),
            PipelineName = Text(report.PipelineName),
            PipelineUrl = Text(report.PipelineUrl),
        };

    /// <summary>Creates the form for files, which also contains the source of the completion time.</summary>
    internal static ReportDocument ForFile(DeploymentReport report) =>
        ForRequest(report) with
        {
            CompletedAtSource =
                report.CompletedAtSource == PxxlPeriscope.CompletionSource.None ? null : report.CompletedAtSource.ToString(),
        };

    internal DeploymentReport ToReport() =>
        new()
        {
            DeploymentId = DeploymentId!,
            CommitSha = CommitSha ?? string.Empty,
            Environment = Environment ?? string.Empty,
            Status = Status ?? string.Empty,
            StartedAt = StartedAt,
            CompletedAt = CompletedAt,
            CompletedAtSource = Enum.TryParse<CompletionSource>(CompletedAtSource, out var source)
                ? source
                : PxxlPeriscope.CompletionSource.None,
            OrganizationSlug = OrganizationSlug,
            Service = Service,
            Branch = Branch,
            PreviousCommitSha = PreviousCommitSha,
            TriggeredBy = TriggeredBy,
            PipelineName = PipelineName,
            PipelineUrl = PipelineUrl,
        };

    private static string? Text(string? value) => string.IsNullOrEmpty(value) ? null : value;

    /// <summary>UTC with whole seconds and Z, the only form in the documentation.</summary>
    internal sealed class TimestampConverter : JsonConverter<DateTimeOffset>
    {
        internal static string Format(DateTimeOffset timestamp) =>
            timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetDateTimeOffset().ToUniversalTime();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Format(value));
    }
}

/// <summary>Source-generated serialization of <see cref="ReportDocument"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ReportDocument))]
internal sealed partial class PeriscopeJsonContext : JsonSerializerContext;
