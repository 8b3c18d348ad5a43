using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PxxlPeriscope.Sandbox;

namespace PxxlPeriscope.Tests.Durability;

/// <summary>
/// The reports that Periscope must have in the end, derived from the data of Pxxl and not from any result of the library.
/// </summary>
internal static partial class ExpectedReports
{
    private const int MaxShown = 12;

    private static readonly Dictionary<string, string> Statuses = new()
    {
        ["queued"] = "pending",
        ["building"] = "in_progress",
        ["promoting"] = "in_progress",
        ["deployed"] = "success",
        ["successful"] = "success",
        ["succeeded"] = "success",
        ["failed"] = "failure",
        ["cancelled"] = "cancelled",
        ["canceled"] = "cancelled",
        ["rolled_back"] = "rolled_back",
    };

    /// <summary>The expected statuses by report id, for all deployments except zip uploads, which have no commit.</summary>
    public static Dictionary<string, string> StatusById(SandboxHost sandbox) =>
        sandbox
            .Data.Deployments.Where(deployment => deployment.CommitSha is { } sha && CommitSha().IsMatch(sha))
            .ToDictionary(deployment => $"pxxl-{deployment.Id}", deployment => Statuses[deployment.Status]);

    /// <summary>Asserts that every report arrived with its current status and never went backwards.</summary>
    public static void AssertAllArrived(SandboxHost sandbox, string details)
    {
        var received = sandbox.Reports.ByDeploymentId;
        var expected = StatusById(sandbox);
        List<string> problems =
        [
            .. expected.Keys.Except(received.Keys).Select(id => $"{id} ({expected[id]}) never arrived"),
            .. received.Keys.Except(expected.Keys).Select(id => $"{id} arrived and should not have"),
            .. received
                .Values.Where(report => expected.TryGetValue(report.DeploymentId, out var status) && status != report.Statuses[^1])
                .Select(report =>
                    $"{report.DeploymentId} is {expected[report.DeploymentId]}, but arrived as {string.Join(", ", report.Statuses)}"
                ),
            .. received
                .Values.Where(report => report.Statuses.Zip(report.Statuses.Skip(1)).Any(pair => IsRegression(pair.First, pair.Second)))
                .Select(report => $"{report.DeploymentId} went backwards: {string.Join(", ", report.Statuses)}"),
            .. sandbox
                .Reports.Attempts.Where(attempt => attempt.DeploymentId is null)
                .Select(attempt => $"rejected with {attempt.Status} {attempt.Outcome}: {attempt.Body}"),
            .. ChangedRepetitions(sandbox),
        ];
        FailIfAny(problems, $"Expected {expected.Count} reports, received {received.Count}. {details}");
    }

    /// <summary>The number of times that a status was stored again unchanged.</summary>
    public static int CountRepetitions(SandboxHost sandbox) =>
        sandbox.Reports.ByDeploymentId.Values.Sum(report => report.Statuses.Count - report.Statuses.Distinct().Count());

    /// <summary>Fails with the problems, if there are any.</summary>
    public static void FailIfAny(IReadOnlyCollection<string> problems, string details)
    {
        if (problems.Count > 0)
        {
            Assert.Fail($"{problems.Count} problems:\n  {string.Join("\n  ", problems.Take(MaxShown))}\n{details}");
        }
    }

    private static bool IsRegression(string before, string after) => Rank(after) < Rank(before) || (Rank(before) == 2 && before != after);

    private static int Rank(string status) =>
        status switch
        {
            "pending" => 0,
            "in_progress" => 1,
            _ => 2,
        };

    /// <summary>A repeated report is harmless if it is identical. Only the previous commit may become known later.</summary>
    private static IEnumerable<string> ChangedRepetitions(SandboxHost sandbox) =>
        from attempts in sandbox
            .Reports.Attempts.Where(attempt => attempt.DeploymentId is not null)
            .GroupBy(attempt => attempt.DeploymentId)
        from status in attempts.Select(attempt => JsonNode.Parse(attempt.Body)!.AsObject()).GroupBy(report => (string)report["status"]!)
        let bodies = status.Select(WithoutPreviousCommit).Distinct().ToList()
        where bodies.Count > 1
        select $"{attempts.Key} was repeated with different content:\n    {string.Join("\n    ", bodies)}";

    private static string WithoutPreviousCommit(JsonObject report)
    {
        report.Remove("previousCommitSha");
        return report.ToJsonString();
    }

    [GeneratedRegex(@"\A[0-9a-f]{5,40}\z")]
    private static partial Regex CommitSha();
}
