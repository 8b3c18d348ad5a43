namespace PxxlPeriscope.Reports.Ci;

/// <summary>A report with where its values are from.</summary>
/// <param name="Report">The report.</param>
/// <param name="Sources">A line per value, and per value that is needed and missing.</param>
/// <param name="Warnings">What was assumed or left out, and what to give instead.</param>
internal sealed record CiReport(DeploymentReport Report, IReadOnlyList<string> Sources, IReadOnlyList<string> Warnings);
