using System.Globalization;
using System.Management.Automation.Host;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.PowerShell.Views;

/// <summary>
/// The columns of the default views. They are compiled, because script blocks would take most of the time of a long table.
/// </summary>
public static class DeploymentView
{
    private const char Escape = '\u001b';
    private const int ShortCommit = 7;

    private static readonly Dictionary<DeploymentStatus, int> Colors = new()
    {
        [DeploymentStatus.Success] = 32,
        [DeploymentStatus.Failed] = 31,
        [DeploymentStatus.InProgress] = 33,
        [DeploymentStatus.Queued] = 36,
        [DeploymentStatus.Stopped] = 90,
        [DeploymentStatus.RolledBack] = 35,
    };

    /// <summary>The status, colored if the host supports colors.</summary>
    public static string Status(Deployment deployment, PSHost host) =>
        Colorize(deployment.Status.ToString(), Colors.TryGetValue(deployment.Status, out var color) ? color : null, host);

    /// <summary>The previous and current status of a change, the latter colored.</summary>
    public static string Change(DeploymentChange change, PSHost host) =>
        $"{change.Previous?.ToString() ?? "new"} -> "
        + Colorize(change.Current.ToString(), Colors.TryGetValue(change.Current, out var color) ? color : null, host);

    /// <summary>Whether a report is valid, colored.</summary>
    public static string Validity(ReportValidation validation, PSHost host) =>
        Colorize(validation.IsValid ? "valid" : "invalid", validation.IsValid ? 32 : 31, host);

    /// <summary>The abbreviated commit SHA, as Git shows it. An identifier that is not a commit SHA is not abbreviated.</summary>
    public static string? Commit(string? sha) =>
        ReportValidation.IsCommitSha(sha) && sha!.Length > ShortCommit ? sha.Substring(0, ShortCommit) : TextView.Clean(sha);

    /// <summary>The age in its largest unit, such as <c>3m</c>.</summary>
    public static string? Age(DateTimeOffset? timestamp) => timestamp is { } value ? Age(value, DateTimeOffset.UtcNow) : null;

    /// <summary>A duration: <c>2:05</c> for minutes and seconds, <c>3h05</c> from one hour.</summary>
    public static string? Duration(TimeSpan? duration) =>
        duration switch
        {
            null => null,
            { TotalHours: >= 1 } span => string.Format(CultureInfo.InvariantCulture, "{0}h{1:00}", (long)span.TotalHours, span.Minutes),
            { } span => string.Format(CultureInfo.InvariantCulture, "{0}:{1:00}", span.Minutes, span.Seconds),
        };

    /// <summary>A number of seconds as a duration.</summary>
    public static string? Seconds(double? seconds) => seconds is >= 0 and < 1e9 ? Duration(TimeSpan.FromSeconds(seconds.Value)) : null;

    /// <summary>A size in binary units, such as <c>1.2 GiB</c>.</summary>
    public static string? Bytes(long? bytes) => bytes is { } value ? ByteSize.Format(value) : null;

    /// <summary>Used storage and its limit, such as <c>1.2 GiB of 5.0 GiB (24 %)</c>.</summary>
    public static string? Storage(Usage usage) =>
        usage.ArtifactBytes is null && usage.ArtifactLimitBytes is null
            ? null
            : string.Concat(
                Bytes(usage.ArtifactBytes) ?? "?",
                usage.ArtifactLimitBytes is { } limit ? " of " + Bytes(limit) : string.Empty,
                usage.ArtifactPercent is { } percent ? string.Format(CultureInfo.InvariantCulture, " ({0:0.#} %)", percent) : string.Empty
            );

    internal static string Age(DateTimeOffset timestamp, DateTimeOffset now)
    {
        var age = now - timestamp;
        var (count, unit) = age.Duration() switch
        {
            { TotalSeconds: < 60 } span => ((long)span.TotalSeconds, 's'),
            { TotalMinutes: < 60 } span => ((long)span.TotalMinutes, 'm'),
            { TotalHours: < 24 } span => ((long)span.TotalHours, 'h'),
            var span => ((long)span.TotalDays, 'd'),
        };
        return $"{(age < TimeSpan.Zero ? "-" : string.Empty)}{count}{unit}";
    }

    // PowerShell 7.2 and later remove colors from redirected output, and when they are turned off. Earlier versions do not.
    internal static string Colorize(string text, int? color, PSHost host) =>
        color is null || host is null || host.Version.Major < 7 || host.UI?.SupportsVirtualTerminal != true
            ? text
            : $"{Escape}[{color}m{text}{Escape}[0m";
}
