using System.Text.Json;
using System.Text.Json.Serialization;
using PxxlPeriscope.Compatibility;
using PxxlPeriscope.Periscope;

namespace PxxlPeriscope.Ledger;

/// <summary>The last report of one deployment, as far as later reports need it.</summary>
internal sealed record DeliveryRecord
{
    public required string DeploymentId { get; init; }

    /// <summary>The status; null for a skipped deployment, see <see cref="SkippedReason"/>.</summary>
    public string? Status { get; init; }

    /// <summary>Whether Periscope has confirmed the report. If not, it was about to be sent and may have arrived.</summary>
    public bool IsConfirmed { get; init; }

    /// <summary>The digest of all values that were sent.</summary>
    public string? Digest { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public CompletionSource CompletedAtSource { get; init; }

    public string? PreviousCommitSha { get; init; }

    /// <summary>Why the deployment is not reported. Logged once, not in every run.</summary>
    public string? SkippedReason { get; init; }

    /// <summary>When this was recorded.</summary>
    public DateTimeOffset RecordedAt { get; init; }

    public bool IsTerminal => Status is not null && ReportStatus.IsTerminal(Status);

    /// <summary>Whether Periscope has confirmed exactly this report.</summary>
    internal bool IsConfirmationOf(DeploymentReport report) => IsConfirmed && Digest == ComputeDigest(report);

    internal static DeliveryRecord Create(DeploymentReport report, bool isConfirmed, DateTimeOffset recordedAt) =>
        new()
        {
            DeploymentId = report.DeploymentId,
            Status = report.Status,
            IsConfirmed = isConfirmed,
            Digest = ComputeDigest(report),
            CompletedAt = report.CompletedAt,
            CompletedAtSource = report.CompletedAtSource,
            PreviousCommitSha = report.PreviousCommitSha,
            RecordedAt = recordedAt,
        };

    internal static string ComputeDigest(DeploymentReport report) =>
        Hashing.ToLowerHex(Hashing.Sha256(ReportPayload.Write(report))).Substring(0, 32);

    internal void Write(Utf8JsonWriter json) =>
        JsonSerializer.Serialize(
            json,
            new Line(
                DeploymentId,
                RecordedAt,
                Status,
                SkippedReason,
                Status is null ? null : IsConfirmed,
                Digest,
                CompletedAt,
                CompletedAt is null ? null : CompletedAtSource.ToString(),
                PreviousCommitSha
            ),
            LedgerJsonContext.Default.Line
        );

    /// <returns>The record; null if the line is not valid.</returns>
    /// <exception cref="JsonException">Same as null.</exception>
    internal static DeliveryRecord? Read(JsonElement json) =>
        json.Deserialize(LedgerJsonContext.Default.Line) is { DeploymentId: { } id, At: { } recordedAt } line
        && !string.IsNullOrWhiteSpace(id)
            ? new DeliveryRecord
            {
                DeploymentId = id,
                RecordedAt = recordedAt,
                Status = line.Status,
                SkippedReason = line.SkippedBecause,
                IsConfirmed = line.Confirmed ?? false,
                Digest = line.Digest,
                CompletedAt = line.CompletedAt,
                CompletedAtSource = Enum.TryParse<CompletionSource>(line.CompletedAtSource, out var source)
                    ? source
                    : CompletionSource.None,
                PreviousCommitSha = line.PreviousCommitSha,
            }
            : null;

    /// <summary>The record as a line of the file.</summary>
    internal sealed record Line(
        string? DeploymentId,
        DateTimeOffset? At,
        string? Status,
        string? SkippedBecause,
        bool? Confirmed,
        string? Digest,
        DateTimeOffset? CompletedAt,
        string? CompletedAtSource,
        string? PreviousCommitSha
    );
}

/// <summary>Source-generated serialization of a line of the ledger.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(DeliveryRecord.Line))]
internal sealed partial class LedgerJsonContext : JsonSerializerContext;
