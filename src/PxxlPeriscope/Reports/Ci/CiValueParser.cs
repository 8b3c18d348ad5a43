using System.Globalization;
using System.Text.RegularExpressions;
using PxxlPeriscope.Periscope;

namespace PxxlPeriscope.Reports.Ci;

/// <summary>Converts values from a CI platform or git into the format that Periscope requires for a property.</summary>
internal static class CiValueParser
{
    private const int FullSha = 40;

    /// <summary>Jobs clone from addresses such as https://x-access-token:secret@github.com/o/r.git, and Jenkins shows them.</summary>
    private static readonly Regex UserInfo = new(@"(?<=://)[^/?#\s]*@", RegexOptions.CultureInvariant);

    private static readonly Regex InnerSlashes = new("(?<=[^:/])//+", RegexOptions.CultureInvariant);

    private static readonly string[] RefFolders = ["refs/heads/", "refs/tags/", "refs/remotes/", "origin/"];

    private static readonly Dictionary<string, Func<string, string?>> Normalizers = new()
    {
        [nameof(DeploymentReport.CommitSha)] = ParseCommit,
        [nameof(DeploymentReport.PreviousCommitSha)] = ParseCommit,
        [nameof(DeploymentReport.Branch)] = ParseBranch,
        [nameof(DeploymentReport.Service)] = ParseRepositoryName,
        [nameof(DeploymentReport.Environment)] = ParseEnvironment,
        [nameof(DeploymentReport.Status)] = word => ReportStatus.Suggest(word) ?? word,
        [nameof(DeploymentReport.StartedAt)] = ParseTimestamp,
        [nameof(DeploymentReport.PipelineUrl)] = ParseUrl,
    };

    /// <summary>Returns the value for a report; null if it cannot be used.</summary>
    internal static string? Normalize(string field, string value)
    {
        var harmless = UserInfo.Replace(value, string.Empty);
        return Normalizers.TryGetValue(field, out var clean) ? clean(harmless) : harmless;
    }

    /// <summary>Returns the name of a repository from its address in any of git's formats, its path, or its full name.</summary>
    internal static string? ParseRepositoryName(string address)
    {
        var path = UserInfo.Replace(address, string.Empty).Split('?', '#')[0];
        var scheme = path.IndexOf("://", StringComparison.Ordinal);
        // An address without a path has a host but no repository.
        path =
            scheme < 0 ? path
            : path.IndexOf('/', scheme + 3) is > 0 and var slash ? path.Substring(slash)
            : string.Empty;
        var name = path.TrimEnd('/', '\\').Split('/', '\\', ':').Last();
        name = name.EndsWith(".git", StringComparison.OrdinalIgnoreCase) ? name.Remove(name.Length - 4) : name;
        return name.Length == 0 || name.Contains('@') ? null : name;
    }

    /// <summary>
    /// Platforms and git write full commit SHAs. Anything shorter is something else, such as the TFVC changeset C12345; forty zeros mean
    /// that there is no commit; and Periscope does not accept the 64 characters of a SHA-256 repository.
    /// </summary>
    private static string? ParseCommit(string sha) =>
        sha.Length == FullSha && ReportValidation.IsCommitSha(sha) && !ReportValidation.IsZero(sha) ? sha : null;

    private static string? ParseBranch(string name)
    {
        foreach (var folder in RefFolders)
        {
            name = name.StartsWith(folder, StringComparison.Ordinal) ? name.Substring(folder.Length) : name;
        }

        return name.Length == 0 ? null : name;
    }

    /// <summary>
    /// GitLab's tiers match Periscope's environments except for these two. For <c>other</c>, the name of the environment is more useful.
    /// </summary>
    private static string? ParseEnvironment(string word) =>
        word switch
        {
            "testing" => "test",
            "other" => null,
            _ => StandardEnvironment.Normalize(word),
        };

    /// <summary>The platforms use UTC, some without an offset.</summary>
    private static string? ParseTimestamp(string text) =>
        DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var timestamp
        )
            ? timestamp.ToString("O", CultureInfo.InvariantCulture)
            : null;

    private static string? ParseUrl(string text) =>
        Uri.TryCreate(InnerSlashes.Replace(text, "/"), UriKind.Absolute, out var url) && (url.Scheme is "https" or "http")
            ? url.AbsoluteUri
            : null;
}
