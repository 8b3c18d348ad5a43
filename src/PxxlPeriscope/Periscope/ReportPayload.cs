using System.Text.Json;

namespace PxxlPeriscope.Periscope;

/// <summary>
/// Writes a report as the JSON that Periscope accepts: strings only, absent fields omitted, times in the only documented format.
/// </summary>
internal static class ReportPayload
{
    internal static byte[] Write(DeploymentReport report) =>
        JsonSerializer.SerializeToUtf8Bytes(ReportDocument.ForRequest(report), PeriscopeJsonContext.Default.ReportDocument);

    /// <summary>UTC with whole seconds and Z: the only form in the documentation.</summary>
    internal static string FormatTimestamp(DateTimeOffset timestamp) => ReportDocument.TimestampConverter.Format(timestamp);
}
