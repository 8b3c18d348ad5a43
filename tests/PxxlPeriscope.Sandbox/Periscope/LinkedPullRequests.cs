using System.Globalization;
using System.Text.Json.Nodes;

namespace PxxlPeriscope.Sandbox.Periscope;

/// <summary>
/// The number of pull requests that Periscope finds for a report. It searches only for successful production deployments, and finds
/// none for a commit without a merged pull request. Here, that is one commit in three.
/// </summary>
internal static class LinkedPullRequests
{
    public static int Count(JsonObject report)
    {
        if (ReportRules.Text(report, "status") != "success" || ReportRules.Text(report, "environment") != "production")
            return 0;
        var known = ReportRules.Text(report, "commitSha")!.Sum(HexDigit) % 3;
        if (known == 0)
            return 0;
        // With the previous commit, all pull requests merged in between are linked.
        return known + (ReportRules.Text(report, "previousCommitSha") is { } previous ? previous.Sum(HexDigit) % 4 : 0);
    }

    private static int HexDigit(char digit) => int.Parse([digit], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
