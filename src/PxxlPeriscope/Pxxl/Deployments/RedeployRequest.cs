using System.Text.Json;
using PxxlPeriscope.Json;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Pxxl.Deployments;

/// <summary>The one request that deploys a project again. Pxxl has nothing by which it would know a repetition.</summary>
internal static class RedeployRequest
{
    private const int MinShaLength = 5;
    private const int MaxShaLength = 40;

    /// <summary><c>{commitSha?, commitMessage?}</c>.</summary>
    internal static string WriteBody(string? commitSha, string? commitMessage)
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
    /// <exception cref="ServiceException"><see cref="CallFailure.InvalidRequest"/>.</exception>
    internal static void ValidateCommit(string? commitSha)
    {
        if (commitSha is not null && !(commitSha.Length is >= MinShaLength and <= MaxShaLength && commitSha.All(IsHex)))
        {
            throw new ServiceException(
                ServiceName.Pxxl,
                CallFailure.InvalidRequest,
                $"'{Printable.ToSingleLine(commitSha, 60)}' is no commit: a commit is {MinShaLength} to {MaxShaLength} hexadecimal digits. A branch or a tag cannot be given. Nothing was started."
            );
        }
    }

    /// <summary>The deployment as the answer has it: in full, or by its id alone.</summary>
    internal static Deployment? ReadDeployment(JsonElement root, string projectId)
    {
        var data = root.GetMember("data") ?? default;
        foreach (
            var holder in (JsonElement[])[root.GetMember("deployment") ?? default, data.GetMember("deployment") ?? default, data, root]
        )
        {
            // A bare id may be the project's.
            var id = holder.GetMember("deploymentId", "deployment_id")?.AsText() ?? holder.GetMember("id", "_id")?.AsText();
            if (id is not null && id != projectId)
            {
                var word = holder.GetMember("deploymentStatus", "status")?.AsText() ?? root.GetMember("status")?.AsText();
                return new Deployment
                {
                    Id = id,
                    ProjectId = projectId,
                    RawStatus = word,
                    Status = DeploymentStatusParser.Parse(word),
                };
            }
        }

        return null;
    }

    /// <summary>Where no answer came, nobody knows whether it was started; to try again blindly would deploy twice.</summary>
    internal static ServiceException ToUncertainException(ServiceException failure, string projectId) =>
        failure.WithMessage(
            $"{failure.Message} The deployment may have been started all the same: look with Get-PxxlDeployment "
                + $"-ProjectId {Printable.ToSingleLine(projectId, 80)} -First 1 before you start it again.",
            failure.Attempts
        );

    private static bool IsHex(char c) => c is (>= '0' and <= '9') or (>= 'a' and <= 'f') or (>= 'A' and <= 'F');

    /// <summary>Whether it may have been started although the call failed.</summary>
    internal static bool IsOutcomeUnknown(ServiceException failure) =>
        failure.Cause is CallFailure.Timeout or CallFailure.Unreachable or CallFailure.ServerError or CallFailure.InvalidResponse;
}
