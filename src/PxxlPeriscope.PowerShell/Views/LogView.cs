using System.Globalization;
using System.Management.Automation.Host;

namespace PxxlPeriscope.PowerShell.Views;

/// <summary>The columns of a log.</summary>
public static class LogView
{
    private static readonly Dictionary<string, int> Colors = new(StringComparer.OrdinalIgnoreCase)
    {
        ["error"] = 31,
        ["err"] = 31,
        ["fatal"] = 31,
        ["stderr"] = 31,
        ["warning"] = 33,
        ["warn"] = 33,
        ["debug"] = 90,
    };

    /// <summary>Month, day and time in UTC, to the second.</summary>
    public static string? Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>The level, colored, or the phase: a build log has phases, a runtime log has levels.</summary>
    public static string? Kind(LogLine line, PSHost host) =>
        line.Level is { } level
            ? DeploymentView.Colorize(
                line.Phase is null ? level : $"{level} {line.Phase}",
                Colors.TryGetValue(level, out var color) ? color : null,
                host
            )
            : line.Phase;
}
