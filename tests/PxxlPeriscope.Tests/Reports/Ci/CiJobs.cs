namespace PxxlPeriscope.Tests.Reports.Ci;

/// <summary>The environment of a deployment job on each platform; irrelevant variables are omitted.</summary>
internal static class CiJobs
{
    public const string Commit = "9868bbc0d1f24a5e8b7c6d5e4f3a2b1c0d9e8f7a";
    public const string Head = "f00dcafe0d1f24a5e8b7c6d5e4f3a2b1c0d9e8f7";
    public const string Zeros = "0000000000000000000000000000000000000000";

    public static Dictionary<string, string?> GitHub =>
        new()
        {
            ["CI"] = "true",
            ["GITHUB_ACTIONS"] = "true",
            ["GITHUB_RUN_ID"] = "12345678901",
            ["GITHUB_RUN_NUMBER"] = "42",
            ["GITHUB_RUN_ATTEMPT"] = "1",
            ["GITHUB_JOB"] = "deploy",
            ["GITHUB_SHA"] = Commit,
            ["GITHUB_REF"] = "refs/heads/main",
            ["GITHUB_REF_NAME"] = "main",
            ["GITHUB_HEAD_REF"] = "",
            ["GITHUB_EVENT_NAME"] = "push",
            ["GITHUB_REPOSITORY"] = "harbour-labs/checkout-api",
            ["GITHUB_SERVER_URL"] = "https://github.com",
            ["GITHUB_WORKFLOW"] = "Production Deploy",
            ["GITHUB_ACTOR"] = "ada",
            ["GITHUB_TRIGGERING_ACTOR"] = "grace",
        };

    public static Dictionary<string, string?> Azure =>
        new()
        {
            ["TF_BUILD"] = "True",
            ["BUILD_BUILDID"] = "67890",
            ["BUILD_BUILDNUMBER"] = "20260314.1",
            ["SYSTEM_STAGEATTEMPT"] = "1",
            ["SYSTEM_JOBATTEMPT"] = "1",
            ["SYSTEM_JOBID"] = "12f1170f-54f2-53dd-22dd-7fc55f9bd3fb",
            ["BUILD_SOURCEVERSION"] = Commit,
            ["BUILD_SOURCEBRANCH"] = "refs/heads/release/1.2",
            ["BUILD_SOURCEBRANCHNAME"] = "1.2",
            ["BUILD_REASON"] = "IndividualCI",
            ["BUILD_REPOSITORY_NAME"] = "checkout-api",
            ["BUILD_REQUESTEDFOREMAIL"] = "ada@example.org",
            ["BUILD_DEFINITIONNAME"] = "Deploy checkout",
            ["SYSTEM_COLLECTIONURI"] = "https://dev.azure.com/harbour/",
            ["SYSTEM_TEAMPROJECT"] = "Web Shop",
            ["SYSTEM_PIPELINESTARTTIME"] = "2026-03-14 09:01:02+00:00",
            ["ENVIRONMENT_NAME"] = "Production",
            ["AGENT_JOBSTATUS"] = "Succeeded",
        };

    public static Dictionary<string, string?> GitLab =>
        new()
        {
            ["CI"] = "true",
            ["GITLAB_CI"] = "true",
            ["CI_JOB_ID"] = "4711",
            ["CI_PIPELINE_ID"] = "815",
            ["CI_COMMIT_SHA"] = Commit,
            ["CI_COMMIT_BEFORE_SHA"] = Head,
            ["CI_COMMIT_REF_NAME"] = "main",
            ["CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"] = "",
            ["CI_PROJECT_NAME"] = "checkout-api",
            ["CI_PROJECT_PATH"] = "harbour/checkout-api",
            ["CI_PIPELINE_URL"] = "https://gitlab.example/harbour/checkout-api/-/pipelines/815",
            ["GITLAB_USER_EMAIL"] = "ada@example.org",
            ["GITLAB_USER_LOGIN"] = "ada",
            ["CI_ENVIRONMENT_NAME"] = "prod/eu",
            ["CI_ENVIRONMENT_TIER"] = "production",
            ["CI_JOB_STATUS"] = "failed",
            ["CI_JOB_STARTED_AT"] = "2026-03-14T09:01:02Z",
            ["CI_REPOSITORY_URL"] = "https://gitlab-ci-token:very-secret@gitlab.example/harbour/checkout-api.git",
        };

    public static Dictionary<string, string?> Jenkins =>
        new()
        {
            ["JENKINS_URL"] = "https://jenkins.example/",
            ["BUILD_TAG"] = "jenkins-shop-checkout-17",
            ["BUILD_NUMBER"] = "17",
            ["JOB_NAME"] = "shop/checkout",
            ["BUILD_URL"] = "https://jenkins.example/job/shop/job/checkout/17/",
            ["GIT_COMMIT"] = Commit,
            ["GIT_PREVIOUS_SUCCESSFUL_COMMIT"] = Head,
            ["GIT_BRANCH"] = "origin/main",
            ["GIT_URL"] = "https://deployer:very-secret@git.example/harbour/checkout-api.git",
            ["BUILD_USER_EMAIL"] = "ada@example.org",
        };

    /// <summary>The environment with some variables replaced; null removes one.</summary>
    public static Dictionary<string, string?> With(
        this Dictionary<string, string?> environment,
        params (string Name, string? Value)[] changes
    )
    {
        foreach (var (name, value) in changes)
        {
            environment[name] = value;
        }

        return environment;
    }
}
