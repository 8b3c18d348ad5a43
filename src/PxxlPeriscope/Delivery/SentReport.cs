using System.Text.Json;

namespace PxxlPeriscope;

/// <summary>What Periscope was last told of one deployment, as far as a later report needs it.</summary>
internal sealed record SentReport
{
    public required string DeploymentId { get; init; }

    /// <summary>The status, or null for what was passed over: see <see cref="SkippedBecause"/>.</summary>
    public string? Status { get; init; }

    /// <summary>Whether Periscope has confirmed it. If not, it was about to be sent, and may have arrived.</summary>
    public bool IsConfirmed { get; init; }

    /// <summary>Of everything that was sent.</summary>
    public string? Digest { get; init; }

    public DateTimeOffset? CompletedAt { get; init; }

    public CompletionSource CompletedAtSource { get; init; }

    public string? PreviousCommitSha { get; init; }

    /// <summary>Why there can be no report, which is said once and not in every run.</summary>
    public string? SkippedBecause { get; init; }

    /// <summary>When this was noted.</summary>
    public DateTimeOffset At { get; init; }

    public bool IsTerminal => Status is not null && ReportStatus.IsTerminal(Status);

    /// <summary>Whether Periscope has confirmed exactly this report.</summary>
    internal bool Confirms(DeploymentReport report) => IsConfirmed && Digest == DigestOf(report);

    internal static SentReport Of(DeploymentReport report, bool isConfirmed, DateTimeOffset at) => new()
    {
        DeploymentId = report.DeploymentId,
        Status = report.Status,
        IsConfirmed = isConfirmed,
        Digest = DigestOf(report),
        CompletedAt = report.CompletedAt,
        CompletedAtSource = report.CompletedAtSource,
        PreviousCommitSha = report.PreviousCommitSha,
        At = at,
    };

    internal static string DigestOf(DeploymentReport report) =>
        PxxlPeriscope.Digest.ToLowerHex(PxxlPeriscope.Digest.Sha256(ReportPayload.Write(report))).Substring(0, 32);

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("deploymentId", DeploymentId);
        json.WriteString("at", At);
        Text("status", Status);
        Text("skippedBecause", SkippedBecause);
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
    internal static SentReport? Read(JsonElement json) =>
        json.Member("deploymentId")?.Text() is { } id && json.Member("at")?.Moment() is { } at
            ? new SentReport
            {
                DeploymentId = id,
                At = at,
                Status = json.Member("status")?.Text(),
                SkippedBecause = json.Member("skippedBecause")?.Text(),
                IsConfirmed = json.Member("confirmed")?.Flag() ?? false,
                Digest = json.Member("digest")?.Text(),
                CompletedAt = json.Member("completedAt")?.Moment(),
                CompletedAtSource = json.Member("completedAtSource")?.Text() is { } word && Enum.TryParse<CompletionSource>(word, out var source) ? source : CompletionSource.None,
                PreviousCommitSha = json.Member("previousCommitSha")?.Text(),
            }
            : null;
}
