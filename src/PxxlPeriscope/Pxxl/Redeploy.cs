using System.Text.Json;

namespace PxxlPeriscope;

/// <summary>The one request that deploys a project again. Pxxl has nothing by which it would know a repetition.</summary>
internal static class Redeploy
{
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

    /// <summary>The deployment as the answer has it: in full, or by its id alone.</summary>
    internal static Deployment? Read(JsonElement root, string projectId)
    {
        JsonElement[] holders = [root.Member("deployment") ?? default, root.Member("data") ?? default, root];
        foreach (var holder in holders)
        {
            var id = holder.Member("deploymentId")?.Text() ?? (holder.ValueKind == JsonValueKind.Object && !holder.Equals(root) ? holder.Member("id", "_id")?.Text() : null);
            if (id is not null)
            {
                var word = holder.Member("status")?.Text() ?? root.Member("status")?.Text();
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

    internal static bool LeavesOpen(ServiceException failure) =>
        failure.Cause is FailureCause.Timeout or FailureCause.Unreachable or FailureCause.ServerError or FailureCause.InvalidResponse;
}
