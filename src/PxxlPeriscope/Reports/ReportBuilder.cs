using System.Globalization;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Reports;

/// <summary>Builds a report from values of any type, by property name, ignoring case.</summary>
/// <param name="now">The time that spans such as <c>10m</c> refer to.</param>
internal sealed class ReportBuilder(DateTimeOffset now)
{
    private readonly Dictionary<string, object?> _values = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The names of the properties that can be set: the parameters of New-PeriscopeDeployment and the columns of a file.</summary>
    internal static IReadOnlyList<string> Fields { get; } =
    [
        nameof(DeploymentReport.DeploymentId),
        nameof(DeploymentReport.CommitSha),
        nameof(DeploymentReport.Environment),
        nameof(DeploymentReport.Status),
        nameof(DeploymentReport.StartedAt),
        nameof(DeploymentReport.CompletedAt),
        nameof(DeploymentReport.OrganizationSlug),
        nameof(DeploymentReport.Service),
        nameof(DeploymentReport.Branch),
        nameof(DeploymentReport.PreviousCommitSha),
        nameof(DeploymentReport.TriggeredBy),
        nameof(DeploymentReport.PipelineName),
        nameof(DeploymentReport.PipelineUrl),
    ];

    /// <summary>The source of the completion time, if there is one.</summary>
    internal CompletionSource CompletedAtSource { get; set; } = CompletionSource.Given;

    /// <summary>A value that was set, which can be null.</summary>
    internal object? this[string field]
    {
        get => _values.TryGetValue(field, out var value) ? value : null;
        set => _values[field] = value;
    }

    /// <summary>Whether there is a field with this name.</summary>
    internal static bool IsField(string name) => Fields.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns a field name as Periscope spells it.</summary>
    internal static string ToJsonName(string field) => char.ToLowerInvariant(field[0]) + field.Substring(1);

    internal bool HasValue(string field) => _values.ContainsKey(field);

    /// <summary>Builds the report, including a list of the values that could not be read.</summary>
    internal DeploymentReport Build()
    {
        var unreadable = new List<DeploymentReport.InvalidValue>();
        var completedAt = Moment(nameof(DeploymentReport.CompletedAt));
        return new DeploymentReport
        {
            DeploymentId = Text(nameof(DeploymentReport.DeploymentId)) ?? string.Empty,
            CommitSha = Text(nameof(DeploymentReport.CommitSha)) ?? string.Empty,
            Environment = Text(nameof(DeploymentReport.Environment)) ?? string.Empty,
            Status = Text(nameof(DeploymentReport.Status)) ?? string.Empty,
            StartedAt = Moment(nameof(DeploymentReport.StartedAt)),
            CompletedAt = completedAt,
            CompletedAtSource = completedAt is null ? CompletionSource.None : CompletedAtSource,
            OrganizationSlug = Text(nameof(DeploymentReport.OrganizationSlug)),
            Service = Text(nameof(DeploymentReport.Service)),
            Branch = Text(nameof(DeploymentReport.Branch)),
            PreviousCommitSha = Text(nameof(DeploymentReport.PreviousCommitSha)),
            TriggeredBy = Text(nameof(DeploymentReport.TriggeredBy)),
            PipelineName = Text(nameof(DeploymentReport.PipelineName)),
            PipelineUrl = Text(nameof(DeploymentReport.PipelineUrl)),
            // An empty array compares equal, so two reports with the same values are equal if all values could be read.
            Unreadable = unreadable.Count == 0 ? Array.Empty<DeploymentReport.InvalidValue>() : unreadable,
        };

        string? Text(string field)
        {
            var text = FormatValue(this[field], out var problem);
            Note(field, problem);
            return text;
        }

        DateTimeOffset? Moment(string field)
        {
            var timestamp = TimestampText.Parse(this[field], now, out var problem);
            Note(field, problem is null ? null : problem + "; use a value such as 2026-01-31T12:00:00Z");
            return timestamp;
        }

        void Note(string field, string? problem)
        {
            if (problem is not null)
            {
                unreadable.Add(new DeploymentReport.InvalidValue(field, $"{ToJsonName(field)} {problem}"));
            }
        }
    }

    /// <summary>
    /// Formats a value as trimmed text; null for an empty value. Numbers keep all digits, because JSON input may contain an id as a number.
    /// </summary>
    private static string? FormatValue(object? value, out string? problem)
    {
        problem = null;
        var text = value switch
        {
            null => null,
            string stringValue => stringValue,
            double number when Math.Floor(number) == number && !double.IsInfinity(number) => number.ToString(
                "F0",
                CultureInfo.InvariantCulture
            ),
            DateTime or DateTimeOffset => ((IFormattable)value).ToString("O", CultureInfo.InvariantCulture),
            IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
            bool or char or Uri or Version => Convert.ToString(value, CultureInfo.InvariantCulture),
            _ => null,
        };
        problem = text is null && value is not null ? $"is a {value.GetType().Name}; expected text" : null;
        return string.IsNullOrWhiteSpace(text) ? null : text!.Trim();
    }
}
