using PxxlPeriscope.Reports.Ci;

namespace PxxlPeriscope.Tests.Reports.Ci;

/// <summary>The report that a job creates about itself, on each platform.</summary>
public sealed class CiReportBuilderTests
{
    private static readonly DateTimeOffset Now = new AutoAdvancingClock().GetUtcNow();
    private static readonly DateTimeOffset JobStart = new(2026, 3, 14, 9, 1, 2, TimeSpan.Zero);

    [Fact]
    public void GitHub_fills_all_but_environment_and_status()
    {
        var report = Fill(CiJobs.GitHub, ("Environment", "production"), ("Status", "success"), ("StartedAt", JobStart)).Report;

        Assert.True(ReportValidation.Check(report).IsValid);
        Assert.Equal(
            new DeploymentReport
            {
                DeploymentId = "gha-12345678901-1-deploy-production",
                CommitSha = CiJobs.Commit,
                Environment = "production",
                Status = "success",
                StartedAt = JobStart,
                CompletedAt = Now,
                CompletedAtSource = CompletionSource.Observed,
                Service = "checkout-api",
                Branch = "main",
                TriggeredBy = "grace",
                PipelineName = "Production Deploy",
                PipelineUrl = "https://github.com/harbour-labs/checkout-api/actions/runs/12345678901",
            },
            report
        );
    }

    [Fact]
    public void Azure_fills_all()
    {
        var filled = Fill(CiJobs.Azure);

        Assert.True(ReportValidation.Check(filled.Report).IsValid);
        Assert.Empty(filled.Warnings);
        Assert.Equal(
            new DeploymentReport
            {
                DeploymentId = "azure-devops-run-67890-1-1-12f1170f-54f2-53dd-22dd-7fc55f9bd3fb-production",
                CommitSha = CiJobs.Commit,
                Environment = "production",
                Status = "success",
                StartedAt = JobStart,
                CompletedAt = Now,
                CompletedAtSource = CompletionSource.Observed,
                Service = "checkout-api",
                Branch = "release/1.2",
                TriggeredBy = "ada@example.org",
                PipelineName = "Deploy checkout",
                PipelineUrl = "https://dev.azure.com/harbour/Web%20Shop/_build/results?buildId=67890",
            },
            filled.Report
        );
    }

    [Fact]
    public void A_classic_Azure_release_is_not_a_build()
    {
        var report = Fill(
            CiJobs.Azure.With(
                ("RELEASE_RELEASEID", "77"),
                ("RELEASE_ATTEMPTNUMBER", "2"),
                ("RELEASE_ENVIRONMENTNAME", "Staging"),
                ("RELEASE_DEPLOYMENT_STARTTIME", "2026-03-14 09:11:12Z"),
                ("ENVIRONMENT_NAME", null)
            )
        ).Report;

        Assert.Equal("azure-devops-release-77-2-12f1170f-54f2-53dd-22dd-7fc55f9bd3fb-staging", report.DeploymentId);
        Assert.Equal(("staging", new DateTimeOffset(2026, 3, 14, 9, 11, 12, TimeSpan.Zero)), (report.Environment, report.StartedAt));
    }

    [Fact]
    public void GitLab_fills_all()
    {
        var filled = Fill(CiJobs.GitLab);

        Assert.True(ReportValidation.Check(filled.Report).IsValid);
        Assert.Empty(filled.Warnings);
        Assert.Equal(
            new DeploymentReport
            {
                DeploymentId = "gitlab-job-4711-production",
                CommitSha = CiJobs.Commit,
                Environment = "production",
                Status = "failure",
                StartedAt = JobStart,
                CompletedAt = Now,
                CompletedAtSource = CompletionSource.Observed,
                Service = "checkout-api",
                Branch = "main",
                TriggeredBy = "ada@example.org",
                PipelineName = "harbour/checkout-api",
                PipelineUrl = "https://gitlab.example/harbour/checkout-api/-/pipelines/815",
            },
            filled.Report
        );
    }

    [Fact]
    public void Jenkins_fills_all_but_environment_and_status_and_knows_the_commit_before()
    {
        var report = Fill(CiJobs.Jenkins, ("Environment", "production"), ("Status", "ABORTED"), ("StartedAt", JobStart)).Report;

        Assert.True(ReportValidation.Check(report).IsValid);
        Assert.Equal(
            new DeploymentReport
            {
                DeploymentId = "jenkins-shop-checkout-17-production",
                CommitSha = CiJobs.Commit,
                PreviousCommitSha = CiJobs.Head,
                Environment = "production",
                Status = "cancelled",
                StartedAt = JobStart,
                CompletedAt = Now,
                CompletedAtSource = CompletionSource.Observed,
                Service = "checkout-api",
                Branch = "main",
                TriggeredBy = "ada@example.org",
                PipelineName = "shop/checkout",
                PipelineUrl = "https://jenkins.example/job/shop/job/checkout/17/",
            },
            report
        );
    }

    [Theory]
    [InlineData("running", "in_progress")]
    [InlineData("success", "success")]
    [InlineData("failed", "failure")]
    [InlineData("canceled", "cancelled")]
    public void A_GitLab_status_is_converted(string word, string status) =>
        Assert.Equal(status, Fill(CiJobs.GitLab.With(("CI_JOB_STATUS", word))).Report.Status);

    [Theory]
    [InlineData("Succeeded", "success")]
    [InlineData("SucceededWithIssues", "success")]
    [InlineData("Failed", "failure")]
    [InlineData("Canceled", "cancelled")]
    public void An_Azure_status_is_converted(string word, string status) =>
        Assert.Equal(status, Fill(CiJobs.Azure.With(("AGENT_JOBSTATUS", word))).Report.Status);

    [Theory]
    [InlineData("SUCCESS", "success")]
    [InlineData("UNSTABLE", "success")]
    [InlineData("FAILURE", "failure")]
    [InlineData("ABORTED", "cancelled")]
    [InlineData("NOT_BUILT", "NOT_BUILT")]
    public void A_status_can_be_specified_as_on_the_platform(string word, string status) =>
        Assert.Equal(status, Fill(CiJobs.Jenkins, ("Status", word)).Report.Status);

    [Fact]
    public void Outside_a_job_a_status_is_not_converted() => Assert.Equal("SUCCESS", Fill([], ("Status", "SUCCESS")).Report.Status);

    [Theory]
    [InlineData("testing", "test")]
    [InlineData("staging", "staging")]
    [InlineData("other", "prod/eu")]
    [InlineData("", "prod/eu")]
    public void GitLabs_tier_is_the_environment_unless_it_is_other(string tier, string environment) =>
        Assert.Equal(environment, Fill(CiJobs.GitLab.With(("CI_ENVIRONMENT_TIER", tier))).Report.Environment);

    [Fact]
    public void Another_attempt_is_another_deployment()
    {
        string[] ids =
        [
            Id(CiJobs.GitHub),
            Id(CiJobs.GitHub.With(("GITHUB_RUN_ATTEMPT", "2"))),
            Id(CiJobs.Azure),
            Id(CiJobs.Azure.With(("SYSTEM_STAGEATTEMPT", "2"))),
            Id(CiJobs.Azure.With(("SYSTEM_JOBATTEMPT", "2"))),
            Id(CiJobs.GitLab),
            Id(CiJobs.GitLab.With(("CI_JOB_ID", "4712"))),
            Id(CiJobs.Jenkins),
            Id(CiJobs.Jenkins.With(("BUILD_TAG", "jenkins-shop-checkout-18"))),
        ];

        Assert.Distinct(ids);
    }

    [Fact]
    public void Another_job_environment_or_service_of_one_run_is_another_deployment() =>
        Assert.Distinct([
            Id(CiJobs.GitHub, ("Environment", "staging")),
            Id(CiJobs.GitHub, ("Environment", "production")),
            Id(CiJobs.GitHub, ("Environment", "production"), ("Service", "billing")),
            Id(CiJobs.GitHub.With(("GITHUB_JOB", "deploy-eu")), ("Environment", "production")),
        ]);

    [Fact]
    public void The_start_and_the_end_of_one_job_are_one_deployment()
    {
        Assert.Equal(
            Id(CiJobs.GitHub, ("Environment", "production"), ("Status", "in_progress")),
            Id(CiJobs.GitHub, ("Environment", "production"), ("Status", "failure"), ("Service", "checkout-api"))
        );
        Assert.Equal(Id(CiJobs.GitLab.With(("CI_JOB_STATUS", "running"))), Id(CiJobs.GitLab));
    }

    [Fact]
    public void Specified_values_take_precedence_even_if_empty()
    {
        var report = Fill(
            CiJobs.Azure,
            ("DeploymentId", "mine"),
            ("Service", "billing"),
            ("TriggeredBy", ""),
            ("Environment", "Production")
        ).Report;

        Assert.Equal(
            ("mine", "billing", null, "Production"),
            (report.DeploymentId, report.Service, report.TriggeredBy, report.Environment)
        );
        Assert.Equal(CiJobs.Commit, report.CommitSha);
    }

    [Fact]
    public void With_id_and_commit_given_nothing_is_filled_in()
    {
        var filled = Fill(CiJobs.Azure, ("DeploymentId", "history-1"), ("CommitSha", CiJobs.Head), ("Status", "success"));

        Assert.Equal(
            new DeploymentReport
            {
                DeploymentId = "history-1",
                CommitSha = CiJobs.Head,
                Status = "success",
            },
            filled.Report
        );
        Assert.Contains("nothing is filled in", filled.Sources[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deadbee", null, null)]
    [InlineData("9868BBC", "main", CiJobs.Head)]
    public void Branch_and_previous_commit_are_those_of_the_jobs_commit_only(string commit, string? branch, string? previous)
    {
        var report = Fill(CiJobs.Jenkins, ("CommitSha", commit)).Report;

        Assert.Equal((commit, branch, previous), (report.CommitSha, report.Branch, report.PreviousCommitSha));
        Assert.Equal("jenkins-shop-checkout-17", report.DeploymentId);
    }

    [Theory]
    [InlineData(CiJobs.Zeros)]
    [InlineData("null")]
    [InlineData("")]
    public void Forty_zeros_are_not_a_previous_commit(string previous) =>
        Assert.Null(Fill(CiJobs.Jenkins.With(("GIT_PREVIOUS_SUCCESSFUL_COMMIT", previous))).Report.PreviousCommitSha);

    [Fact]
    public void The_previously_pushed_commit_is_not_the_previously_deployed_one() =>
        Assert.Null(Fill(CiJobs.GitLab).Report.PreviousCommitSha);

    [Theory]
    [InlineData(CiJobs.Zeros)]
    [InlineData("C12345")]
    [InlineData("9868bbc0d1f24a5e8b7c6d5e4f3a2b1c0d9e8f7a9868bbc0d1f24a5e8b7c6d5e")]
    public void A_commit_that_Periscope_rejects_is_omitted_with_a_warning(string commit)
    {
        var filled = Fill(CiJobs.Azure.With(("BUILD_SOURCEVERSION", commit)));

        Assert.Empty(filled.Report.CommitSha);
        Assert.Contains("BUILD_SOURCEVERSION is '" + commit, Assert.Single(filled.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_that_does_not_say_when_it_began_reports_no_duration_and_says_so()
    {
        var filled = Fill(CiJobs.GitHub, ("Environment", "production"), ("Status", "success"));

        Assert.True(ReportValidation.Check(filled.Report).IsValid);
        Assert.Equal((Now, Now), (filled.Report.StartedAt, filled.Report.CompletedAt));
        Assert.Contains("-StartedAt", Assert.Single(filled.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void An_end_that_is_given_is_the_start_then()
    {
        var report = Fill(CiJobs.GitHub, ("Environment", "production"), ("Status", "success"), ("CompletedAt", JobStart)).Report;

        Assert.Equal((JobStart, JobStart, CompletionSource.Given), (report.StartedAt, report.CompletedAt, report.CompletedAtSource));
    }

    [Fact]
    public void An_unfinished_deployment_starts_now_and_has_no_completion_time()
    {
        var filled = Fill(CiJobs.GitHub, ("Environment", "production"), ("Status", "in_progress"));

        Assert.Equal((Now, null), (filled.Report.StartedAt, filled.Report.CompletedAt));
        Assert.Empty(filled.Warnings);
    }

    [Fact]
    public void A_clock_behind_the_platforms_makes_no_end_before_the_start()
    {
        var report = Fill(CiJobs.GitLab.With(("CI_JOB_STARTED_AT", "2026-03-14T23:00:00Z"))).Report;

        Assert.Equal(report.StartedAt, report.CompletedAt);
    }

    [Theory]
    [InlineData("https://user:very-secret@git.example/o/r.git", "r")]
    [InlineData("https://x-access-token:very-secret@git.example/o/r/", "r")]
    [InlineData("https://very-secret@git.example", null)]
    [InlineData("ssh://git:very-secret@git.example:22/o/r.git", "r")]
    [InlineData("very-secret@git.example:r.git", "r")]
    [InlineData("https://git.example/o/r.git?private_token=very-secret#x", "r")]
    [InlineData("C:\\repos\\r", "r")]
    public void No_secret_of_an_address_gets_anywhere(string address, string? service)
    {
        var filled = Fill(CiJobs.Jenkins.With(("GIT_URL", address)));

        Assert.Equal(service, filled.Report.Service);
        Assert.DoesNotContain(filled.Sources, line => line.Contains("very-secret", StringComparison.Ordinal));
    }

    [Fact]
    public void No_secret_is_in_a_link_or_a_name()
    {
        var github = Fill(
            CiJobs.GitHub.With(
                ("GITHUB_SERVER_URL", "https://user:very-secret@github.example/"),
                ("GITHUB_WORKFLOW", "Mirror https://t:very-secret@git.example/x")
            )
        );
        var jenkins = Fill(CiJobs.Jenkins.With(("BUILD_URL", "https://very-secret@jenkins.example//job/x/17/")));
        var broken = Fill(CiJobs.Jenkins.With(("BUILD_URL", "https://user:very-secret/part@jenkins.example/")));

        Assert.Equal("https://github.example/harbour-labs/checkout-api/actions/runs/12345678901", github.Report.PipelineUrl);
        Assert.Equal("Mirror https://git.example/x", github.Report.PipelineName);
        Assert.Equal("https://jenkins.example/job/x/17/", jenkins.Report.PipelineUrl);
        Assert.Null(broken.Report.PipelineUrl);
    }

    [Fact]
    public void Each_value_is_shown_with_where_it_is_from()
    {
        var lines = Fill(CiJobs.GitHub, ("Environment", "production")).Sources;

        Assert.Equal("Running on GitHub Actions.", lines[0]);
        Assert.Contains($"commitSha: {CiJobs.Commit} from GITHUB_SHA", lines);
        Assert.Contains("environment: production from -Environment", lines);
        Assert.Contains(
            "deploymentId: gha-12345678901-1-deploy-production from GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT, GITHUB_JOB, environment",
            lines
        );
        Assert.Contains("status: not filled in; specify -Status '${{ job.status }}'", lines);
    }

    [Fact]
    public void The_command_line_of_Jenkins_does_not_make_a_job_of_it() =>
        Assert.Contains(
            "No known CI job",
            Fill(new() { ["JENKINS_URL"] = "https://jenkins.example/" }).Sources[0],
            StringComparison.Ordinal
        );

    private static string Id(Dictionary<string, string?> environment, params (string Name, object? Value)[] given) =>
        Fill(environment, given).Report.DeploymentId;

    private static CiReportBuilder.Result Fill(Dictionary<string, string?> environment, params (string Name, object? Value)[] given) =>
        new CiReportBuilder(name => environment.GetValueOrDefault(name), folder: null, new AutoAdvancingClock()).Build(
            given.Select(field => new KeyValuePair<string, object?>(field.Name, field.Value))
        );
}
