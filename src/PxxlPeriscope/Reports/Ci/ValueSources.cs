using System.Globalization;
using PxxlPeriscope.Periscope;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Reports.Ci;

/// <summary>Records the source of each value of a report and describes it line by line.</summary>
internal sealed class ValueSources
{
    /// <summary>The properties that Periscope requires.</summary>
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

    /// <summary>Records where a value was found.</summary>
    internal void SetSource(string field, string source) => _sources[field] = source;

    /// <summary>Records why a value that was found nowhere was assumed or is missing.</summary>
    internal void SetRemark(string field, string remark) => _remarks[field] = remark;

    /// <summary>Returns one line per value, and per missing value that is required.</summary>
    /// <param name="builder">The values.</param>
    /// <param name="advice">Returns how to specify a missing value.</param>
    internal IEnumerable<string> Describe(ReportBuilder builder, Func<string, string> advice)
    {
        foreach (var field in ReportBuilder.Fields)
        {
            var value = FormatValue(builder[field]);
            var line =
                value is not null && _sources.TryGetValue(field, out var source) ? $"{value} from {source}"
                : _remarks.TryGetValue(field, out var remark) ? (value is null ? remark : $"{value} is {remark}")
                : RequiredFields.Contains(field) ? $"not filled in; specify {advice(field)}"
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
