using System.Text.Json;

namespace PxxlPeriscope;

/// <summary>The one request that deploys a project again. Pxxl has nothing by which it would know a repetition.</summary>
internal static class Redeploy
{
    private const int ShortestSha = 5;
    private const int LongestSha = 40;

    /// <summary><c>{commitSha?, commitMessage?}</c>.</summary>
    internal static string Body(string? commitSha, string? commitMessage)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (commitSha is not null)
            {
                json.WriteString("commitSha", commitSha);
            }

            if (commitMessage is not null)
            {
                json.WriteString("commitMessage", commitMessage);
            }

            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>Refuses what no commit can be, before anything is deployed.</summary>
    /// <exception cref="ServiceException"><see cref="FailureCause.InvalidRequest"/>.</exception>
    internal static void RequireCommit(string? commitSha)
    {
        if (commitSha is not null && !(commitSha.Length is >= ShortestSha and <= LongestSha && commitSha.All(IsHex)))
        {
            throw new ServiceException(
                ServiceName.Pxxl,
                FailureCause.InvalidRequest,
                $"'{Printable.Line(commitSha, 60)}' is no commit: a commit is {ShortestSha} to {LongestSha} hexadecimal digits. A branch or a tag cannot be given. Nothing was started.");
        }
    }

    /// <summary>The deployment as the answer has it: in full, or by its id alone.</summary>
    internal static Deployment? Read(JsonElement root, string projectId)
    {
        var data = root.Member("data") ?? default;
        foreach (var holder in (JsonElement[])[root.Member("deployment") ?? default, data.Member("deployment") ?? default, data, root])
        {
            // A bare id may be the project's.
            var id = holder.Member("deploymentId", "deployment_id")?.Text() ?? holder.Member("id", "_id")?.Text();
            if (id is not null && id != projectId)
            {
                var word = holder.Member("deploymentStatus", "status")?.Text() ?? root.Member("status")?.Text();
                return new Deployment { Id = id, ProjectId = projectId, RawStatus = word, Status = StatusWords.Read(word) };
            }
        }

        return null;
    }

    /// <summary>Where no answer came, nobody knows whether it was started; to try again blindly would deploy twice.</summary>
    internal static ServiceException MayHaveStarted(ServiceException failure, string projectId) => new(
        failure.Service,
        failure.Cause,
        $"{failure.Message} The deployment may have been started all the same: look with Get-PxxlDeployment -ProjectId {Printable.Line(projectId, 80)} -First 1 before you start it again.",
        failure)
    {
        StatusCode = failure.StatusCode,
        RequestId = failure.RequestId,
        RetryAfter = failure.RetryAfter,
        Attempts = failure.Attempts,
    };

    private static bool IsHex(char c) => c is (>= '0' and <= '9') or (>= 'a' and <= 'f') or (>= 'A' and <= 'F');

    /// <summary>Whether it may have been started although the call failed.</summary>
    internal static bool LeavesOpen(ServiceException failure) =>
        failure.Cause is FailureCause.Timeout or FailureCause.Unreachable or FailureCause.ServerError or FailureCause.InvalidResponse;
}
