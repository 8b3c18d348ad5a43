namespace PxxlPeriscope.Sandbox.Pxxl.Data;

/// <summary>A project in the sandbox. Null properties are absent from responses, except for the two GitHub fields.</summary>
public sealed record SandboxProject
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public string Status { get; init; } = "active";

    public string ProjectType { get; init; } = "web_service";

    /// <summary>Null for a project that is uploaded as a zip file ("SpaceDrop"); Pxxl sends it as null.</summary>
    public string? GithubUrl { get; init; }

    public string? GithubBranch { get; init; }

    public string? BaseDirectory { get; init; }

    public string? InstallCommand { get; init; }

    public string? BuildCommand { get; init; }

    public string? StartCommand { get; init; }

    public string? Framework { get; init; }

    public string? Language { get; init; }

    public string? Domain { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>
    /// The team that owns the project; null for the personal account. No published response contains it, so neither do these.
    /// </summary>
    public string? TeamId { get; init; }
}
