using PxxlPeriscope.Sandbox.Pxxl.Data;

namespace PxxlPeriscope.Sandbox.Pxxl.Seed;

/// <summary>Creates environment variables for each project. Uses no random numbers, so the other data of a seed does not change.</summary>
internal static class SeededVariables
{
    public static IEnumerable<SandboxVariable> Of(IEnumerable<SandboxProject> projects) => projects.SelectMany(Of);

    private static IEnumerable<SandboxVariable> Of(SandboxProject project) =>
        [
            new() { ProjectId = project.Id, Key = "DATABASE_URL" },
            new()
            {
                ProjectId = project.Id,
                Key = "PAYMENT_API_KEY",
                Scope = "production",
            },
            new()
            {
                ProjectId = project.Id,
                Key = "LOG_LEVEL",
                Value = "info",
                IsSecret = false,
            },
            // Nothing says that the scope is always present.
            new()
            {
                ProjectId = project.Id,
                Key = "REGION",
                Value = "eu",
                IsSecret = false,
                Scope = null,
            },
            new()
            {
                ProjectId = project.Id,
                Key = "SHARED_TOKEN",
                Scope = "project",
                IsGlobal = true,
            },
        ];
}
