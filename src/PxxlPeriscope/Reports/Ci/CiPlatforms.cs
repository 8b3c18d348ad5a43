namespace PxxlPeriscope.Reports.Ci;

/// <summary>
/// The variables of the CI platforms. (docs/facts/periscope-api.md, "CI platforms".)
/// </summary>
/// <remarks>
/// An id identifies one attempt of one job, so that rerunning a failed deployment creates a separate record instead of overwriting the
/// failure. GitHub's run id and Azure's build id stay the same when a run is repeated; GitLab's job id and Jenkins' build number do not.
/// All values are constant within a job, so that the reports of its start and its end update the same record.
/// </remarks>
internal static class CiPlatforms
{
    // Jenkins is last: on a machine where its command line is used, its variables are also set in jobs of other platforms.
    private static readonly CiPlatform[] All =
    [
        new()
        {
            Name = "GitHub Actions",
            IsMatch = job => job.Is("GITHUB_ACTIONS", "true"),
            Sources = new Dictionary<string, string[]>
            {
                [nameof(DeploymentReport.DeploymentId)] = ["gha-{GITHUB_RUN_ID}{-GITHUB_RUN_ATTEMPT?}{-GITHUB_JOB?}"],
                [nameof(DeploymentReport.CommitSha)] = ["{GITHUB_SHA}"],
                [nameof(DeploymentReport.Branch)] = ["{GITHUB_REF_NAME}", "{GITHUB_REF}"],
                [nameof(DeploymentReport.Service)] = ["{GITHUB_REPOSITORY}"],
                [nameof(DeploymentReport.TriggeredBy)] = ["{GITHUB_TRIGGERING_ACTOR}", "{GITHUB_ACTOR}"],
                [nameof(DeploymentReport.PipelineName)] = ["{GITHUB_WORKFLOW}"],
                [nameof(DeploymentReport.PipelineUrl)] = ["{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}"],
            },
            // The ref decides, not the event: the job of a merged pull request has the target branch, and its commit exists there.
            IsEphemeralMerge = job =>
                job.StartsWith("GITHUB_REF", "refs/pull/")
                || (
                    job.StartsWith("GITHUB_EVENT_NAME", "pull_request")
                    && !job.Is("GITHUB_EVENT_NAME", "pull_request_target")
                    && !job.StartsWith("GITHUB_REF", "refs/")
                ),
            HeadSources = new Dictionary<string, string[]>
            {
                [nameof(DeploymentReport.CommitSha)] = ["{GITHUB_EVENT_PATH#pull_request.head.sha}"],
                [nameof(DeploymentReport.Branch)] = ["{GITHUB_HEAD_REF}"],
            },
            StatusAdvice = "-Status '${{ job.status }}'",
        },
        new()
        {
            Name = "Azure Pipelines",
            IsMatch = job => job.Is("TF_BUILD", "true"),
            Sources = new Dictionary<string, string[]>
            {
                [nameof(DeploymentReport.DeploymentId)] =
                [
                    "azure-devops-release-{RELEASE_RELEASEID}{-RELEASE_ATTEMPTNUMBER?}{-SYSTEM_JOBID?}",
                    "azure-devops-run-{BUILD_BUILDID}{-SYSTEM_STAGEATTEMPT?}{-SYSTEM_JOBATTEMPT?}{-SYSTEM_JOBID?}",
                ],
                [nameof(DeploymentReport.CommitSha)] = ["{BUILD_SOURCEVERSION}"],
                [nameof(DeploymentReport.Branch)] = ["{BUILD_SOURCEBRANCH}", "{BUILD_SOURCEBRANCHNAME}"],
                [nameof(DeploymentReport.Service)] = ["{BUILD_REPOSITORY_NAME}"],
                [nameof(DeploymentReport.TriggeredBy)] = ["{RELEASE_DEPLOYMENT_REQUESTEDFOREMAIL}", "{BUILD_REQUESTEDFOREMAIL}"],
                [nameof(DeploymentReport.PipelineName)] = ["{RELEASE_DEFINITIONNAME}", "{BUILD_DEFINITIONNAME}"],
                [nameof(DeploymentReport.PipelineUrl)] =
                [
                    "{RELEASE_RELEASEWEBURL}",
                    "{SYSTEM_COLLECTIONURI}/{SYSTEM_TEAMPROJECT}/_build/results?buildId={BUILD_BUILDID}",
                ],
                [nameof(DeploymentReport.Environment)] = ["{ENVIRONMENT_NAME}", "{RELEASE_ENVIRONMENTNAME}"],
                [nameof(DeploymentReport.Status)] = ["{AGENT_JOBSTATUS}"],
                [nameof(DeploymentReport.StartedAt)] = ["{RELEASE_DEPLOYMENT_STARTTIME}", "{SYSTEM_PIPELINESTARTTIME}"],
            },
            IsEphemeralMerge = job =>
                job.Has("SYSTEM_PULLREQUEST_SOURCECOMMITID")
                || job.Is("BUILD_REASON", "PullRequest")
                || job.StartsWith("BUILD_SOURCEBRANCH", "refs/pull/"),
            HeadSources = new Dictionary<string, string[]>
            {
                [nameof(DeploymentReport.CommitSha)] = ["{SYSTEM_PULLREQUEST_SOURCECOMMITID}"],
                [nameof(DeploymentReport.Branch)] = ["{SYSTEM_PULLREQUEST_SOURCEBRANCH}"],
            },
            StatusAdvice = "-Status $env:AGENT_JOBSTATUS",
        },
        new()
        {
            Name = "GitLab CI",
            IsMatch = job => job.Is("GITLAB_CI", "true"),
            Sources = new Dictionary<string, string[]>
            {
                [nameof(DeploymentReport.DeploymentId)] = ["gitlab-job-{CI_JOB_ID}", "gitlab-pipeline-{CI_PIPELINE_ID}"],
                [nameof(DeploymentReport.CommitSha)] = ["{CI_COMMIT_SHA}"],
                [nameof(DeploymentReport.Branch)] = ["{CI_COMMIT_REF_NAME}"],
                [nameof(DeploymentReport.Service)] = ["{CI_PROJECT_NAME}"],
                [nameof(DeploymentReport.TriggeredBy)] = ["{GITLAB_USER_EMAIL}", "{GITLAB_USER_LOGIN}"],
                [nameof(DeploymentReport.PipelineName)] = ["{CI_PIPELINE_NAME}", "{CI_PROJECT_PATH}"],
                [nameof(DeploymentReport.PipelineUrl)] = ["{CI_PIPELINE_URL}", "{CI_JOB_URL}"],
                [nameof(DeploymentReport.Environment)] = ["{CI_ENVIRONMENT_TIER}", "{CI_ENVIRONMENT_NAME}"],
                [nameof(DeploymentReport.Status)] = ["{CI_JOB_STATUS}"],
                [nameof(DeploymentReport.StartedAt)] = ["{CI_JOB_STARTED_AT}"],
                // CI_COMMIT_BEFORE_SHA is the previously pushed commit, not the previously deployed one.
            },
            // Only a merged-results pipeline has it. The commit of any other merge request pipeline is the author's own.
            IsEphemeralMerge = job => job.Has("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"),
            HeadSources = new Dictionary<string, string[]>
            {
                [nameof(DeploymentReport.CommitSha)] = ["{CI_MERGE_REQUEST_SOURCE_BRANCH_SHA}"],
                [nameof(DeploymentReport.Branch)] = ["{CI_MERGE_REQUEST_SOURCE_BRANCH_NAME}", "{CI_COMMIT_REF_NAME}"],
            },
            StatusAdvice = "-Status $env:CI_JOB_STATUS",
        },
        new()
        {
            Name = "Jenkins",
            IsMatch = job => job.StartsWith("BUILD_TAG", "jenkins-") || (job.Has("JENKINS_URL") && job.Has("BUILD_NUMBER")),
            Sources = new Dictionary<string, string[]>
            {
                // BUILD_TAG is jenkins-, the job name and the build number.
                [nameof(DeploymentReport.DeploymentId)] =
                [
                    "{BUILD_TAG}",
                    "jenkins-build-{JOB_NAME}-{BUILD_NUMBER}",
                    "jenkins-build-{BUILD_NUMBER}",
                ],
                [nameof(DeploymentReport.CommitSha)] = ["{GIT_COMMIT}"],
                [nameof(DeploymentReport.Branch)] = ["{BRANCH_NAME}", "{GIT_BRANCH}"],
                [nameof(DeploymentReport.PreviousCommitSha)] = ["{GIT_PREVIOUS_SUCCESSFUL_COMMIT}"],
                [nameof(DeploymentReport.Service)] = ["{GIT_URL}", "{GIT_URL_1}"],
                [nameof(DeploymentReport.TriggeredBy)] = ["{BUILD_USER_EMAIL}"],
                [nameof(DeploymentReport.PipelineName)] = ["{JOB_NAME}"],
                [nameof(DeploymentReport.PipelineUrl)] = ["{BUILD_URL}"],
            },
            // A name ending in -head means that Jenkins builds the change itself. Otherwise it may have merged the change, and no variable
            // tells (jenkins-ci.org, JENKINS-56341).
            IsEphemeralMerge = job => job.Has("CHANGE_ID") && !job.EndsWith("BRANCH_NAME", "-head"),
            HeadSources = new Dictionary<string, string[]> { [nameof(DeploymentReport.Branch)] = ["{CHANGE_BRANCH}"] },
            StatusAdvice = "-Status ${currentBuild.currentResult}",
        },
    ];

    /// <summary>Returns the platform of the current job; null if none is detected.</summary>
    internal static CiPlatform? Detect(CiVariables variables) => Array.Find(All, platform => platform.IsMatch(variables));
}
