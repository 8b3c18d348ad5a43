using System.Text.Json;
using System.Text.Json.Serialization;
using PxxlPeriscope.Json;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Pxxl.Deployments;

/// <summary>The request that redeploys a project. Pxxl cannot recognize a repeated request.</summary>
internal static class RedeployRequest
{
    private const int MinShaLength = 5;
    private const int MaxShaLength = 40;

    /// <summary>The request body: <c>{commitSha?, commitMessage?}</c>.</summary>
    internal static string WriteBody(string? commitSha, string? commitMessage) =>
        JsonSerializer.Serialize(new Body(commitSha, commitMessage), RedeployJsonContext.Default.Body);

    /// <summary>Rejects a value that cannot be a commit, before anything is deployed.</summary>
    /// <exception cref="ServiceException"><see cref="CallFailure.InvalidRequest"/>.</exception>
    internal static void ValidateCommit(string? commitSha)
    {
        if (commitSha is not null && !(commitSha.Length is >= MinShaLength and <= MaxShaLength && commitSha.All(IsHex)))
        {
            throw new ServiceException(
                ServiceName.Pxxl,
                CallFailure.InvalidRequest,
                $"'{Printable.ToSingleLine(commitSha, 60)}' is not a commit SHA ({MinShaLength} to {MaxShaLength} hexadecimal digits). "
                    + "Branches and tags are not supported. No deployment was started."
            );
        }
    }

    /// <summary>Reads the deployment from the response: all of it, or only its id.</summary>
    internal static Deployment? ReadDeployment(JsonElement root, string projectId)
    {
        var data = root.GetMember("data") ?? default;
        foreach (
            var holder in (JsonElement[])[root.GetMember("deployment") ?? default, data.GetMember("deployment") ?? default, data, root]
        )
        {
            // A bare id may be that of the project.
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

    /// <summary>Wraps a failure after which the deployment may have been started. Retrying without checking could deploy twice.</summary>
    internal static ServiceException ToUncertainException(ServiceException failure, string projectId) =>
        failure.WithMessage(
            $"{failure.Message} The deployment may have been started nevertheless. Before retrying, check with "
                + $"Get-PxxlDeployment -ProjectId {Printable.ToSingleLine(projectId, 80)} -First 1.",
            failure.Attempts
        );

    private static bool IsHex(char c) => c is (>= '0' and <= '9') or (>= 'a' and <= 'f') or (>= 'A' and <= 'F');

    /// <summary>Whether the deployment may have been started although the call failed.</summary>
    internal static bool IsOutcomeUnknown(ServiceException failure) =>
        failure.Cause is CallFailure.Timeout or CallFailure.Unreachable or CallFailure.ServerError or CallFailure.InvalidResponse;

    internal sealed record Body(string? CommitSha, string? CommitMessage);
}

/// <summary>The generated serialization of the request body.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(RedeployRequest.Body))]
internal sealed partial class RedeployJsonContext : JsonSerializerContext;
