using System.Globalization;
using PxxlPeriscope.Periscope;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Reports.Ci;

/// <summary>Keeps where each value of a report comes from, and tells it line by line.</summary>
internal sealed class ValueSources
{
    /// <summary>Without these Periscope takes no report.</summary>
    private static readonly string[] RequiredFields =
    [
        nameof(DeploymentReport.DeploymentId),
        nameof(DeploymentReport.CommitSha),
        nameof(DeploymentReport.Environment),
        nameof(DeploymentReport.Status),
        nameof(DeploymentReport.StartedAt),
    ];

    private readonly Dictionary<string, string> _sources = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _remarks = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A value was found in this place.</summary>
    internal void SetSource(string field, string source) => _sources[field] = source;

    /// <summary>A value was found nowhere: why it is what it is, or why it is missing.</summary>
    internal void SetRemark(string field, string remark) => _remarks[field] = remark;

    /// <summary>A line per value, and per one that is missing and needed.</summary>
    /// <param name="builder">The values.</param>
    /// <param name="advice">How to give one that is missing.</param>
    internal IEnumerable<string> Describe(ReportBuilder builder, Func<string, string> advice)
    {
        foreach (var field in ReportBuilder.Fields)
        {
            var value = FormatValue(builder[field]);
            var line =
                value is not null && _sources.TryGetValue(field, out var source) ? $"{value} from {source}"
                : _remarks.TryGetValue(field, out var remark) ? (value is null ? remark : $"{value} is {remark}")
                : RequiredFields.Contains(field) ? $"not filled in; give {advice(field)}"
                : null;
            if (line is not null)
            {
                yield return $"{ReportBuilder.ToJsonName(field)}: {line}";
            }
        }
    }

    private static string? FormatValue(object? value) =>
        value switch
        {
            null => null,
            DateTimeOffset timestamp => ReportPayload.FormatTimestamp(timestamp),
            _ => Printable.ToSingleLine(Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty, 200) is { Length: > 0 } text
                ? text
                : null,
        };
}
