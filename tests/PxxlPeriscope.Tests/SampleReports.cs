namespace PxxlPeriscope.Tests;

/// <summary>Sample reports for tests.</summary>
internal static class SampleReports
{
    public static readonly DateTimeOffset Started = new(2026, 3, 14, 9, 0, 0, TimeSpan.Zero);

    /// <summary>A valid report of a successful production deployment.</summary>
    public static DeploymentReport Valid(string id = "pxxl-dep_1") =>
        new()
        {
            DeploymentId = id,
            CommitSha = "9868bbc0d1f24a5e8b7c6d5e4f3a2b1c0d9e8f7a",
            Environment = "production",
            Status = ReportStatus.Success,
            StartedAt = Started,
            CompletedAt = Started.AddMinutes(4),
            CompletedAtSource = CompletionSource.Given,
            Service = "checkout-api",
        };

    /// <summary>The same deployment at an earlier time.</summary>
    public static DeploymentReport InProgress(string id = "pxxl-dep_1", string status = ReportStatus.InProgress) =>
        Valid(id) with
        {
            Status = status,
            CompletedAt = null,
            CompletedAtSource = CompletionSource.None,
        };
}
