using PxxlPeriscope.Text;

namespace PxxlPeriscope.Reports.Ci;

/// <summary>The job of a CI platform that this runs in.</summary>
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

    /// <summary>Whether the commit of the job is in no history.</summary>
    internal bool IsEphemeralMerge { get; }

    /// <summary>The job; null when this runs in none that is known.</summary>
    /// <param name="environment">Reads an environment variable.</param>
    internal static CiJob? Detect(Func<string, string?> environment)
    {
        var variables = new CiVariables(environment);
        return CiPlatforms.Detect(variables) is { } platform ? new CiJob(platform, variables) : null;
    }

    /// <summary>What the job says for a property of the report; null for nothing.</summary>
    /// <param name="field">The property.</param>
    /// <param name="source">The variables that say it.</param>
    /// <param name="problem">Why nothing could be made of what a variable says.</param>
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

    /// <summary>The same, where only the value is of interest.</summary>
    internal string? Find(string field) => Find(field, out _, out _);

    /// <summary>Why there is no commit, and what to do.</summary>
    internal string DescribeMissingCommit(string? problem) =>
        (
            IsEphemeralMerge
                ? $"The commit is not filled in: this job of {PlatformName} is for a pull request, whose commit may be a merge that was made for this job only, and none else is known"
                : $"The commit is not filled in: this job of {PlatformName} names none that Periscope takes"
        )
        + (problem is null ? "." : $" ({problem}).")
        + " Give -CommitSha.";
}
