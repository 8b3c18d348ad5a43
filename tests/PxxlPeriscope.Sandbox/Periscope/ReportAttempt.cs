namespace PxxlPeriscope.Sandbox.Periscope;

/// <summary>A POST that reached Periscope, accepted or not.</summary>
public sealed record ReportAttempt
{
    public required DateTimeOffset ArrivedAt { get; init; }

    public required string Body { get; init; }

    /// <summary>The status code of the response. A fault may have prevented the client from receiving it.</summary>
    public required int Status { get; init; }

    /// <summary><c>created</c>, <c>updated</c>, or the error message.</summary>
    public required string Outcome { get; init; }

    /// <summary>The id of an accepted report; otherwise null.</summary>
    public string? DeploymentId { get; init; }
}
