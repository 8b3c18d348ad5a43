using System.Text.Json;
using PxxlPeriscope.Json;
using PxxlPeriscope.Periscope;

namespace PxxlPeriscope.Ledger;

/// <summary>What Periscope was last told of one deployment, as far as a later report needs it.</summary>
internal sealed record DeliveryRecord
{
    public required string DeploymentId { get; init; }

    /// <summary>The status, or null for what was passed over: see <see cref="SkippedReason"/>.</summary>
    public string? Status { get; init; }

    /// <summary>Whether Periscope has confirmed it. If not, it was about to be sent, and may have arrived.</summary>
    public bool IsConfirmed { get; init; }

    /// <summary>Of everything that was sent.</summary>
    public string? Digest { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public CompletionSource CompletedAtSource { get; init; }

    public string? PreviousCommitSha { get; init; }

    /// <summary>Why there can be no report, which is said once and not in every run.</summary>
    public string? SkippedReason { get; init; }

    /// <summary>When this was noted.</summary>
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
        PxxlPeriscope
            .Compatibility.Hashing.ToLowerHex(PxxlPeriscope.Compatibility.Hashing.Sha256(ReportPayload.Write(report)))
            .Substring(0, 32);

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("deploymentId", DeploymentId);
        json.WriteString("at", RecordedAt);
        Text("status", Status);
        Text("skippedBecause", SkippedReason);
        if (Status is not null)
        {
            json.WriteBoolean("confirmed", IsConfirmed);
        }

        Text("digest", Digest);
        if (CompletedAt is { } completedAt)
        {
            json.WriteString("completedAt", completedAt);
            json.WriteString("completedAtSource", CompletedAtSource.ToString());
        }

        Text("previousCommitSha", PreviousCommitSha);
        json.WriteEndObject();

        void Text(string name, string? value)
        {
            if (value is not null)
            {
                json.WriteString(name, value);
            }
        }
    }

    /// <returns>Null when it is no such record.</returns>
    internal static DeliveryRecord? Read(JsonElement json) =>
        json.GetMember("deploymentId")?.AsText() is { } id && json.GetMember("at")?.AsTimestamp() is { } recordedAt
            ? new DeliveryRecord
            {
                DeploymentId = id,
                RecordedAt = recordedAt,
                Status = json.GetMember("status")?.AsText(),
                SkippedReason = json.GetMember("skippedBecause")?.AsText(),
                IsConfirmed = json.GetMember("confirmed")?.AsBoolean() ?? false,
                Digest = json.GetMember("digest")?.AsText(),
                CompletedAt = json.GetMember("completedAt")?.AsTimestamp(),
                CompletedAtSource =
                    json.GetMember("completedAtSource")?.AsText() is { } word && Enum.TryParse<CompletionSource>(word, out var source)
                        ? source
                        : CompletionSource.None,
                PreviousCommitSha = json.GetMember("previousCommitSha")?.AsText(),
            }
            : null;
}
