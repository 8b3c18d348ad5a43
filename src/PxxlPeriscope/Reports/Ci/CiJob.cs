using PxxlPeriscope.Text;

namespace PxxlPeriscope.Reports.Ci;

/// <summary>The CI job that this process runs in.</summary>
internal sealed class CiJob
{
    private readonly CiPlatform _platform;
    private readonly CiVariables _variables;

    private CiJob(CiPlatform platform, CiVariables variables)
    {
        _platform = platform;
        _variables = variables;
        IsEphemeralMerge = platform.IsEphemeralMerge(variables);
    }

    internal string PlatformName => _platform.Name;

    internal string StatusAdvice => _platform.StatusAdvice;

    /// <summary>Whether the job's commit is a temporary merge that is in no history.</summary>
    internal bool IsEphemeralMerge { get; }

    /// <summary>Detects the current job; null outside a known CI platform.</summary>
    /// <param name="environment">Reads an environment variable.</param>
    internal static CiJob? Detect(Func<string, string?> environment)
    {
        var variables = new CiVariables(environment);
        return CiPlatforms.Detect(variables) is { } platform ? new CiJob(platform, variables) : null;
    }

    /// <summary>Returns the job's value for a property of the report; null if there is none.</summary>
    /// <param name="field">The property.</param>
    /// <param name="source">The variables that the value was read from.</param>
    /// <param name="problem">Why the value of a variable could not be used.</param>
    internal string? Find(string field, out string source, out string? problem)
    {
        source = string.Empty;
        problem = null;
        foreach (var template in _platform.GetSources(field, IsEphemeralMerge))
        {
            var expanded = _variables.Expand(template, out source, out var reason);
            problem ??= reason;
            if (expanded is null)
            {
                continue;
            }

            if (CiValueParser.Normalize(field, expanded) is { } value)
            {
                return value;
            }

            problem ??= $"{source} is '{Printable.ToSingleLine(expanded, 70)}'";
        }

        return null;
    }

    /// <summary>Returns only the value.</summary>
    internal string? Find(string field) => Find(field, out _, out _);

    /// <summary>Explains why there is no commit and what to do.</summary>
    internal string DescribeMissingCommit(string? problem) =>
        (
            IsEphemeralMerge
                ? $"The commit is not filled in: this {PlatformName} job is for a pull request, its commit may be a temporary merge "
                    + "that exists only for this job, and no other commit is known"
                : $"The commit is not filled in: this {PlatformName} job does not provide one that Periscope accepts"
        )
        + (problem is null ? "." : $" ({problem}).")
        + " Specify -CommitSha.";
}
