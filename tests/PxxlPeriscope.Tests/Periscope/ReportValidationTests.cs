namespace PxxlPeriscope.Tests.Periscope;

/// <summary>Every reason for which Periscope would reject a report, without sending it.</summary>
public sealed class ReportValidationTests
{
    private const string Words = "pending, in_progress, success, failure, cancelled, rolled_back";
    private const string NoCommit = "is not a commit SHA (5 to 40 hexadecimal characters)";
    private const string Forty = "9868bbc0d1f24a5e8b7c6d5e4f3a2b1c0d9e8f7a";

    public static TheoryData<DeploymentReport, string> Wrong =>
        new()
        {
            { SampleReports.Valid() with { DeploymentId = "" }, "deploymentId is missing" },
            { SampleReports.Valid() with { DeploymentId = " \t" }, "deploymentId is missing" },
            { SampleReports.Valid() with { CommitSha = "" }, "commitSha is missing" },
            { SampleReports.Valid() with { CommitSha = "abcd" }, $"commitSha 'abcd' {NoCommit}" },
            { SampleReports.Valid() with { CommitSha = Forty + "0" }, $"commitSha '{Forty}0' {NoCommit}" },
            { SampleReports.Valid() with { CommitSha = "9868bbg" }, $"commitSha '9868bbg' {NoCommit}" },
            { SampleReports.Valid() with { CommitSha = "9868bbc\n" }, $"commitSha '9868bbc' {NoCommit}" },
            {
                SampleReports.Valid() with
                {
                    CommitSha = "\uff11\uff12\uff13\uff14\uff15",
                },
                $"commitSha '\uff11\uff12\uff13\uff14\uff15' {NoCommit}"
            },
            { SampleReports.Valid() with { PreviousCommitSha = "HEAD~1" }, $"previousCommitSha 'HEAD~1' {NoCommit}" },
            { SampleReports.Valid() with { Environment = "" }, "environment is missing" },
            { SampleReports.Valid() with { Environment = "  " }, "environment is missing" },
            { SampleReports.Valid() with { Status = "" }, $"status is missing; expected one of {Words}" },
            { SampleReports.Valid() with { Status = "Success" }, $"status 'Success' is not one of {Words}; did you mean 'success'?" },
            { SampleReports.Valid() with { Status = "canceled" }, $"status 'canceled' is not one of {Words}; did you mean 'cancelled'?" },
            { SampleReports.Valid() with { Status = "purple" }, $"status 'purple' is not one of {Words}" },
            { SampleReports.Valid() with { StartedAt = null }, "startedAt is missing" },
            { SampleReports.Valid() with { CompletedAt = null }, "completedAt is missing; status success requires it" },
            { SampleReports.Valid() with { Status = "failure", CompletedAt = null }, "completedAt is missing; status failure requires it" },
            {
                SampleReports.Valid() with
                {
                    Status = "cancelled",
                    CompletedAt = null,
                },
                "completedAt is missing; status cancelled requires it"
            },
            {
                SampleReports.Valid() with
                {
                    Status = "rolled_back",
                    CompletedAt = null,
                },
                "completedAt is missing; status rolled_back requires it"
            },
            {
                SampleReports.Valid() with
                {
                    CompletedAt = SampleReports.Started.AddSeconds(-1),
                },
                "completedAt (2026-03-14T08:59:59Z) is before startedAt (2026-03-14T09:00:00Z)"
            },
        };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Each_broken_rule_is_named(DeploymentReport report, string reason)
    {
        var validation = ReportValidation.Check(report);

        Assert.False(validation.IsValid);
        Assert.Equal(reason, Assert.Single(validation.Reasons));
        Assert.Same(report, validation.Report);
    }

    [Fact]
    public void All_reasons_are_returned_together()
    {
        var validation = ReportValidation.Check(new DeploymentReport { PreviousCommitSha = "x" });

        Assert.Equal(6, validation.Reasons.Count);
        Assert.All(
            ["deploymentId", "commitSha", "previousCommitSha", "environment", "status", "startedAt"],
            field => Assert.Contains(validation.Reasons, reason => reason.StartsWith(field + " ", StringComparison.Ordinal))
        );
    }

    [Theory]
    [InlineData("pending")]
    [InlineData("in_progress")]
    public void An_unfinished_deployment_needs_no_completion_time(string status) =>
        Assert.True(ReportValidation.Check(SampleReports.InProgress(status: status)).IsValid);

    [Theory]
    [InlineData("9868b")]
    [InlineData("12345")]
    [InlineData("ABCDEF0")]
    [InlineData(Forty)]
    public void Five_to_forty_hexadecimal_characters_are_a_commit(string sha) =>
        Assert.True(ReportValidation.Check(SampleReports.Valid() with { CommitSha = sha }).IsValid);

    [Fact]
    public void A_deployment_may_be_over_in_the_moment_it_began() =>
        Assert.True(ReportValidation.Check(SampleReports.Valid() with { CompletedAt = SampleReports.Started }).IsValid);

    [Fact]
    public void Ends_are_compared_as_moments_not_as_clock_faces()
    {
        var completed = new DateTimeOffset(2026, 3, 14, 4, 30, 0, TimeSpan.FromHours(-5));

        Assert.True(ReportValidation.Check(SampleReports.Valid() with { CompletedAt = completed }).IsValid);
    }

    [Theory]
    [InlineData("prod")]
    [InlineData("Production")]
    [InlineData("PRD")]
    [InlineData(" live ")]
    public void An_environment_that_only_looks_like_production_is_warned_about(string environment)
    {
        var validation = ReportValidation.Check(SampleReports.Valid() with { Environment = environment });

        Assert.True(validation.IsValid);
        Assert.Contains("only the exact value 'production' counts", Assert.Single(validation.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void An_end_that_will_be_left_out_and_a_commit_of_zeros_are_warned_about()
    {
        var validation = ReportValidation.Check(
            SampleReports.InProgress() with
            {
                CompletedAt = SampleReports.Started,
                PreviousCommitSha = new string('0', 40),
            }
        );

        Assert.True(validation.IsValid);
        Assert.Equal(2, validation.Warnings.Count);
    }

    [Fact]
    public void A_good_report_is_not_warned_about() => Assert.Empty(ReportValidation.Check(SampleReports.Valid()).Warnings);

    [Fact]
    public async Task An_invalid_report_is_not_sent_and_all_reasons_are_in_the_error()
    {
        await using var fixture = await SandboxFixture.StartAsync();

        var failure = await Assert.ThrowsAsync<ServiceException>(() =>
            fixture.Periscope.SendAsync(
                SampleReports.Valid() with
                {
                    CommitSha = "zip-1",
                    Status = "purple",
                    StartedAt = null,
                },
                SandboxFixture.Ct
            )
        );

        Assert.Equal("PeriscopeInvalidReport", failure.ErrorId);
        Assert.All(
            ["commitSha", "status", "startedAt", "'pxxl-dep_1' was not sent"],
            text => Assert.Contains(text, failure.Message, StringComparison.Ordinal)
        );
        Assert.Empty(fixture.Sandbox.Requests);
    }
}
