using PxxlPeriscope.Reports.Conversion;

namespace PxxlPeriscope.Tests.Reports.Conversion;

/// <summary>The previously deployed commit, only if it is certain.</summary>
public sealed class PreviousCommitResolverTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly ReportConverter Conversion = new() { TimeProvider = new AutoAdvancingClock() };

    [Fact]
    public void It_is_the_last_success_of_the_same_service_and_environment() =>
        Assert.Equal(Sha(1), Previous(Success(3, 60), Success(1, 0), Success(2, 30) with { Environment = "staging" }));

    [Fact]
    public void A_failed_deployment_is_not_a_predecessor() =>
        Assert.Equal(Sha(1), Previous(Success(3, 60), Success(1, 0), Success(2, 30) with { Status = DeploymentStatus.Failed }));

    [Fact]
    public void A_deployment_that_was_rolled_back_is_not_a_predecessor() =>
        Assert.Equal(Sha(1), Previous(Success(3, 60), Success(1, 0), Success(2, 30) with { Status = DeploymentStatus.RolledBack }));

    [Fact]
    public void The_first_one_has_none() => Assert.Null(Previous(Success(1, 0)));

    [Fact]
    public void After_a_zip_deployment_the_previous_commit_is_unknown() =>
        Assert.Null(Previous(Success(3, 60), Success(1, 0), Success(2, 30) with { CommitSha = "upload-17" }));

    [Fact]
    public void Derived_times_do_not_order_concurrent_deployments() => Assert.Null(Previous(Success(2, 5), Success(1, 0)));

    [Fact]
    public void Exact_times_order_concurrent_deployments()
    {
        var first = Success(1, 5) with { FinishedAt = Start.AddMinutes(7) };
        var second = Success(2, 0) with { FinishedAt = Start.AddMinutes(12) };

        Assert.Equal(Sha(1), Previous(second, first));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_exact_time_alone_does_not_order_concurrent_deployments(bool isFirstGiven)
    {
        var first = Success(1, 5) with { BuildSeconds = 120, FinishedAt = isFirstGiven ? Start.AddMinutes(7) : null };
        var second = Success(2, 0) with { BuildSeconds = 720, FinishedAt = isFirstGiven ? null : Start.AddMinutes(12) };

        Assert.Null(Previous(second, first));
    }

    [Fact]
    public void An_old_release_with_an_unknown_end_is_not_the_latest_because_it_is_read_now()
    {
        var old = Success(1, 0) with { BuildSeconds = null };
        var changedLater = Success(2, 30) with { BuildSeconds = null, UpdatedAt = Start.AddDays(5) };

        Assert.Equal(Sha(3), Previous(Success(4, 14_400), old, changedLater, Success(3, 300)));
    }

    [Fact]
    public void Another_project_with_the_same_service_name_is_not_a_predecessor() =>
        Assert.Null(Previous(Success(2, 60), Success(1, 0) with { ProjectId = "proj_2" }));

    [Fact]
    public void Previews_are_deployed_over_nothing() =>
        Assert.Null(Previous(Success(2, 60) with { Environment = "preview" }, Success(1, 0) with { Environment = "preview" }));

    [Theory]
    [InlineData(DeploymentStatus.Failed)]
    [InlineData(DeploymentStatus.InProgress)]
    public void Only_a_success_has_a_previous_commit(DeploymentStatus status) =>
        Assert.Null(Previous(Success(2, 60) with { Status = status }, Success(1, 0)));

    [Fact]
    public void Releases_of_earlier_runs_count_until_they_are_read_again()
    {
        var known = Conversion.ToSuccessfulRelease(Success(1, 0))!;

        Assert.Equal(Sha(1), Previous(Success(2, 60), [known]));
        Assert.Null(Previous(Success(2, 60), [known], Success(1, 0) with { Status = DeploymentStatus.RolledBack }));
    }

    private static string? Previous(Deployment deployment, params Deployment[] others) => Previous(deployment, [], others);

    private static string? Previous(Deployment deployment, SuccessfulRelease[] before, params Deployment[] others)
    {
        var now = others.Append(deployment).ToDictionary(row => row.Id);
        var report = Conversion.Convert(deployment, out _)!;
        return new PreviousCommitResolver(before, now, Conversion.ToSuccessfulRelease)
            .FillPreviousCommit(report, deployment)
            .PreviousCommitSha;
    }

    private static string Sha(int number) => number.ToString("x8", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A build of ten minutes.</summary>
    private static Deployment Success(int number, int minute) =>
        new()
        {
            Id = $"dep_{number}",
            ProjectId = "proj_1",
            ProjectName = "checkout-api",
            Status = DeploymentStatus.Success,
            RawStatus = "deployed",
            CommitSha = Sha(number),
            CreatedAt = Start.AddMinutes(minute),
            BuildSeconds = 600,
        };
}
