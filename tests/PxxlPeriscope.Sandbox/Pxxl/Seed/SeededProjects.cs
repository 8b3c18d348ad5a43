using PxxlPeriscope.Sandbox.Pxxl.Data;

namespace PxxlPeriscope.Sandbox.Pxxl.Seed;

/// <summary>Creates the projects of a seed: most from GitHub, every sixth uploaded as a zip file, every third in the team.</summary>
internal static class SeededProjects
{
    /// <summary>Fixed, so that a script can refer to it.</summary>
    public const string TeamId = "team_sandboxharbour000001";

    private static readonly (string Name, string Framework, string Language)[] Kinds =
    [
        ("checkout-api", "express", "nodejs"),
        ("storefront-web", "nextjs", "nodejs"),
        ("billing-worker", "fastapi", "python"),
        ("inventory-sync", "gin", "go"),
        ("docs-site", "astro", "nodejs"),
        ("press-kit", "static", "html"),
        ("identity-gateway", "aspnet", "dotnet"),
        ("search-indexer", "axum", "rust"),
        ("notifications", "nestjs", "nodejs"),
        ("admin-console", "vite", "nodejs"),
        ("reports-export", "django", "python"),
        ("landing-2026", "static", "html"),
    ];

    public static SandboxProject[] Make(int count, Random random, DateTimeOffset start) =>
        [.. Enumerable.Range(0, count).Select(index => One(index, random, start))];

    private static SandboxProject One(int index, Random random, DateTimeOffset start)
    {
        var (kind, framework, language) = Kinds[index % Kinds.Length];
        var name = index < Kinds.Length ? kind : $"{kind}-{index / Kinds.Length + 1}";
        var uploaded = index % 6 == 5;
        var isStatic = framework == "static";
        return new()
        {
            Id = random.NextId("proj_"),
            Name = name,
            ProjectType = isStatic ? "static_site" : "web_service",
            GithubUrl = uploaded ? null : $"https://github.com/harbour-labs/{name}",
            GithubBranch = uploaded ? null : "main",
            BaseDirectory = random.Happens(0.3) ? "apps/" + name : null,
            InstallCommand = language == "nodejs" ? "npm ci" : null,
            BuildCommand = language == "nodejs" ? "npm run build" : null,
            StartCommand = isStatic ? null : "npm start",
            Framework = framework,
            Language = language,
            Domain = $"{name}.pxxl.app",
            // A third of the projects have no creation time: only the CLI looks for that field.
            CreatedAt = index % 3 == 1 ? null : start - TimeSpan.FromDays(90 + random.Next(300)),
            TeamId = index % 3 == 2 ? TeamId : null,
        };
    }
}
