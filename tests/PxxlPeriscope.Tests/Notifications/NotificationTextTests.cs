namespace PxxlPeriscope.Tests.Notifications;

/// <summary>The text that people read in a chat.</summary>
public sealed class NotificationTextTests
{
    private static readonly DateTimeOffset Started = new(2026, 3, 14, 9, 0, 0, TimeSpan.Zero);

    internal static Deployment Failed { get; } =
        new()
        {
            Id = "dep_1",
            ProjectId = "proj_1",
            ProjectName = "checkout-api",
            Status = DeploymentStatus.Failed,
            RawStatus = "failed",
            BuildStatus = "completed",
            Environment = "production",
            Branch = "main",
            CommitSha = "1a2b3c4d5e6f70819203a4b5c6d7e8f901234567",
            CommitMessage = "Mend the cart\n\nIt was broken.",
            TriggeredBy = "jane",
            FailureReason = "Promotion of the route timed out.",
            CreatedAt = Started,
            FinishedAt = Started.AddSeconds(185),
        };

    [Fact]
    public void A_failure_contains_the_phase_environment_reason_and_author()
    {
        var notification = Notification.Of(Failed);

        Assert.Equal("checkout-api failed in production: release failed (build ok)", notification.Title);
        Assert.Equal(["Promotion of the route timed out", "main 1a2b3c4 \"Mend the cart\" by jane, 3 min 5 s"], notification.Details);
        Assert.Equal("https://pxxl.app/dashboard/projects/proj_1/deployments/dep_1", notification.Link!.AbsoluteUri);
        Assert.Equal(NotificationTone.Bad, notification.Tone);
        Assert.Equal(
            "checkout-api failed in production: release failed (build ok). Promotion of the route timed out. "
                + "main 1a2b3c4 \"Mend the cart\" by jane, 3 min 5 s.",
            notification.Text
        );
    }

    [Theory]
    [InlineData(DeploymentStatus.Success, "checkout-api is live in production", NotificationTone.Good)]
    [InlineData(DeploymentStatus.Queued, "checkout-api is queued for production", NotificationTone.Neutral)]
    [InlineData(DeploymentStatus.InProgress, "checkout-api is being deployed to production", NotificationTone.Neutral)]
    [InlineData(DeploymentStatus.Stopped, "checkout-api was stopped in production", NotificationTone.Warning)]
    [InlineData(DeploymentStatus.RolledBack, "checkout-api was rolled back in production", NotificationTone.Warning)]
    [InlineData(DeploymentStatus.Unknown, "checkout-api has no known status in production", NotificationTone.Neutral)]
    public void Every_status_has_a_description(DeploymentStatus status, string title, object tone)
    {
        var notification = Notification.Of(Failed with { Status = status });

        Assert.Equal((title, tone), (notification.Title, notification.Tone));
        // The reason belongs to a failure.
        Assert.Single(notification.Details);
    }

    [Theory]
    [InlineData("failed", "checkout-api failed in production: build failed")]
    [InlineData(null, "checkout-api failed in production")]
    public void The_phase_is_named_as_far_as_it_is_known(string? build, string title) =>
        Assert.Equal(title, Notification.Of(Failed with { BuildStatus = build }).Title);

    [Fact]
    public void A_preview_is_named_with_its_pull_request() =>
        Assert.Equal(
            "checkout-api is live in preview #12",
            Notification.Of(Failed with { Status = DeploymentStatus.Success, Environment = "preview", PullRequestNumber = 12 }).Title
        );

    [Fact]
    public void Values_that_Pxxl_does_not_return_are_omitted()
    {
        var notification = Notification.Of(new Deployment { Id = "dep_1", Status = DeploymentStatus.Success });

        Assert.Equal(("dep_1 is live", null, "dep_1 is live."), (notification.Title, notification.Link, notification.Text));
        Assert.Empty(notification.Details);
    }

    [Theory]
    [InlineData(42, "Took 42 s")]
    [InlineData(60, "Took 1 min 0 s")]
    [InlineData(90_061, "Took 25 h 1 min")]
    public void A_duration_is_readable(double seconds, string line) =>
        Assert.Equal(
            [line],
            Notification
                .Of(
                    new Deployment
                    {
                        Id = "dep_1",
                        Status = DeploymentStatus.Success,
                        BuildSeconds = seconds,
                    }
                )
                .Details
        );

    [Fact]
    public void A_change_speaks_of_the_status_it_led_to()
    {
        var change = new DeploymentChange
        {
            Deployment = Failed,
            Previous = DeploymentStatus.InProgress,
            Current = DeploymentStatus.Failed,
            At = Started,
        };

        Assert.Equal(Notification.Of(Failed).Title, Notification.Of(change).Title);
        Assert.Equal("dep_1: InProgress -> Failed", change.ToString());
        Assert.Equal("dep_1: new -> Failed", (change with { Previous = null }).ToString());
    }

    [Fact]
    public void Foreign_text_is_limited_to_one_short_line()
    {
        var notification = Notification.Of(
            Failed with
            {
                ProjectName = "evil\r\nname\u001b[31m\u202e",
                Branch = new string('b', 500),
                CommitMessage = "\n\n" + new string('m', 5000),
                FailureReason = new string('r', 50_000),
                TriggeredBy = "a\u0007b",
            }
        );

        Assert.All([notification.Title, .. notification.Details], line => Assert.DoesNotContain(line, char.IsControl));
        Assert.True(notification.Text.Length < 1000);
        Assert.StartsWith("evil name [31m failed", notification.Title, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(45, "Pxxl: the budget for artifact storage is reached", NotificationTone.Bad)]
    [InlineData(35, "Pxxl: the budget for artifact storage is nearly reached", NotificationTone.Warning)]
    [InlineData(5, "Pxxl: the budget for artifact storage holds", NotificationTone.Good)]
    public void A_budget_says_how_it_stands(int gibi, string title, object tone)
    {
        var notification = Notification.Of(Storage(gibi * 1024d * 1024 * 1024));

        Assert.Equal((title, tone, "https://pxxl.app/dashboard"), (notification.Title, notification.Tone, notification.Link!.AbsoluteUri));
        Assert.StartsWith($"{gibi}.0 GiB of 40.0 GiB", Assert.Single(notification.Details), StringComparison.Ordinal);
    }

    [Fact]
    public void A_budget_that_cannot_be_checked_says_why_and_is_a_warning()
    {
        var notification = Notification.Of(Storage(null) with { Reason = "Pxxl returns no value for artifact storage", TeamId = "team_1" });

        Assert.Equal("Pxxl: the budget for artifact storage cannot be checked in team team_1", notification.Title);
        Assert.Equal(["Pxxl returns no value for artifact storage"], notification.Details);
        Assert.Equal(NotificationTone.Warning, notification.Tone);
    }

    [Fact]
    public void A_monthly_budget_says_where_its_pace_leads()
    {
        var notification = Notification.Of(
            new BudgetFinding
            {
                Metric = BudgetMetric.BuildMinutes,
                Used = 3200,
                Limit = 4000,
                WarnAtPercent = 75,
                Projected = 4650.4,
            }
        );

        Assert.Equal(["3,200 of 4,000 (80 %)", "At the current rate, 4,650.4 by the end of the month"], notification.Details);
    }

    internal static BudgetFinding Storage(double? used) =>
        new()
        {
            Metric = BudgetMetric.ArtifactStorage,
            Unit = "bytes",
            Used = used,
            Limit = 40d * 1024 * 1024 * 1024,
            WarnAtPercent = 75,
        };
}
