namespace PxxlPeriscope.Sandbox.Periscope;

/// <summary>One POST that reached Periscope, accepted or not.</summary>
public sealed record ReportAttempt
{
    public required DateTimeOffset ArrivedAt { get; init; }

    public required string Body { get; init; }

    /// <summary>The status code that was decided; a fault may have kept it from the client.</summary>
    public required int Status { get; init; }

    /// <summary><c>created</c>, <c>updated</c>, or the text of the refusal.</summary>
    public required string Outcome { get; init; }

    /// <summary>The id of an accepted report, else null.</summary>
    public string? DeploymentId { get; init; }
}
