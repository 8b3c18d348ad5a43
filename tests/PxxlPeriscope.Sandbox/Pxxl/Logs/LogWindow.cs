using System.Globalization;
using System.Text.RegularExpressions;

namespace PxxlPeriscope.Sandbox.Pxxl.Logs;

/// <summary>Selects the lines of a log: those since a given time, limited to the last lines.</summary>
internal sealed partial record LogWindow(DateTimeOffset? Since, int? Lines)
{
    private const int DefaultLines = 100;

    /// <summary>Parses <c>since</c>. Any format that the CLI does not use (<c>15m</c>, <c>1h</c>, <c>1d</c>) is ignored.</summary>
    public static LogWindow Read(HttpRequest request, DateTimeOffset now) => new(SinceOf(request, now), Lines: null);

    /// <summary>Parses <c>since</c> and the number of lines, whose parameter name depends on the route.</summary>
    public static LogWindow Read(HttpRequest request, DateTimeOffset now, string linesName) =>
        new(
            SinceOf(request, now),
            int.TryParse(request.Query[linesName], NumberStyles.None, CultureInfo.InvariantCulture, out var lines) ? lines : DefaultLines
        );

    public IReadOnlyList<LogLine> Of(IEnumerable<LogLine> all)
    {
        var wanted = all.Where(line => Since is null || line.Time >= Since);
        return [.. Lines is { } lines ? wanted.TakeLast(lines) : wanted];
    }

    private static DateTimeOffset? SinceOf(HttpRequest request, DateTimeOffset now)
    {
        var match = Age().Match((string?)request.Query["since"] ?? "");
        if (!match.Success)
            return null;
        var count = int.Parse(match.Groups["count"].ValueSpan, CultureInfo.InvariantCulture);
        return now
            - match.Groups["unit"].Value switch
            {
                "m" => TimeSpan.FromMinutes(count),
                "h" => TimeSpan.FromHours(count),
                _ => TimeSpan.FromDays(count),
            };
    }

    [GeneratedRegex("^(?<count>[0-9]{1,4})(?<unit>[mhd])$", RegexOptions.CultureInvariant)]
    private static partial Regex Age();
}
