using PxxlPeriscope.Reports.Conversion;

namespace PxxlPeriscope.Tests.Reports.Conversion;

/// <summary>Converting a Pxxl deployment to a Periscope report, using the documented mapping.</summary>
public sealed class ReportConverterTests
{
    private static readonly DateTimeOffset Created = new(2026, 3, 14, 9, 0, 0, TimeSpan.Zero);

    private static readonly AutoAdvancingClock Clock = new();

    [Fact]
    public void Every_field_of_the_report_has_its_source()
    {
        var report = Convert(Deployed() with { Finished = Created.AddMinutes(3) });

        Assert.Equal(
            new DeploymentReport
            {
                DeploymentId = "pxxl-dep_1",
                CommitSha = "9868bbc",
                Environment = "production",
                Status = "success",
                StartedAt = Created,
                CompletedAt = Created.AddMinutes(3),
                CompletedAtSource = CompletionSource.Finished,
                Service = "checkout-api",
                Branch = "main",
                PipelineName = "Pxxl",
                PipelineUrl = "https://pxxl.app/dashboard/projects/proj_1/deployments/dep_1",
            },
            report
        );
        Assert.True(ReportValidation.Check(report).IsValid);
    }

    [Theory]
    [InlineData(DeploymentStatus.Queued, "pending")]
    [InlineData(DeploymentStatus.InProgress, "in_progress")]
    [InlineData(DeploymentStatus.Success, "success")]
    [InlineData(DeploymentStatus.Failed, "failure")]
    [InlineData(DeploymentStatus.Stopped, "cancelled")]
    [InlineData(DeploymentStatus.RolledBack, "rolled_back")]
    public void A_status_is_converted_to_that_of_Periscope(DeploymentStatus status, string word)
    {
        var report = Convert(Deployed() with { Status = status });

        Assert.Equal(word, report.Status);
        Assert.Equal(ReportStatus.IsTerminal(word), report.CompletedAt is not null);
        Assert.True(ReportValidation.Check(report).IsValid);
    }

    [Theory]
    [InlineData(null, "production")]
    [InlineData("production", "production")]
    [InlineData("Production", "production")]
    [InlineData("STAGING", "staging")]
    [InlineData("preview", "preview")]
    [InlineData("qa-2", "qa-2")]
    [InlineData("QA-2", "QA-2")]
    public void An_environment_keeps_its_name_or_is_production(string? word, string environment) =>
        Assert.Equal(environment, Convert(Deployed() with { Environment = word }).Environment);

    [Theory]
    [InlineData("LIVE", "production")]
    [InlineData("live", "production")]
    [InlineData("preview", "pull-request")]
    [InlineData(null, "main-site")]
    [InlineData("staging", "staging")]
    public void A_map_of_environments_comes_first(string? word, string environment)
    {
        var conversion = new ReportConverter
        {
            EnvironmentMap = new Dictionary<string, string>
            {
                ["live"] = "production",
                ["Preview"] = "pull-request",
                ["production"] = "main-site",
            },
        };

        Assert.Equal(environment, Convert(Deployed() with { Environment = word }, conversion).Environment);
    }

    [Theory]
    [InlineData("checkout-api", "proj_1", "harbour-labs/checkout")]
    [InlineData("CHECKOUT-API", "proj_9", "harbour-labs/checkout")]
    [InlineData("other", "proj_2", "by-id")]
    [InlineData("other", "proj_3", "other")]
    [InlineData(null, "proj_3", "proj_3")]
    [InlineData(null, null, null)]
    public void A_service_is_mapped_by_name_or_id_or_is_the_projects_name(string? name, string? id, string? service)
    {
        var conversion = new ReportConverter
        {
            ServiceMap = new Dictionary<string, string> { ["checkout-api"] = "harbour-labs/checkout", ["PROJ_2"] = "by-id" },
        };

        Assert.Equal(service, Convert(Deployed() with { ProjectName = name, ProjectId = id }, conversion).Service);
    }

    [Theory]
    [InlineData(null, "it has no commit (a zip deployment)")]
    [InlineData("", "it has no commit (a zip deployment)")]
    [InlineData("zip-0a1b2c3d4e5f", "'zip-0a1b2c3d4e5f' is not a commit SHA")]
    [InlineData("0a1b2c3d-1234-4abc-aabc-0123456789ab", "is not a commit SHA")]
    [InlineData("abcd", "'abcd' is not a commit SHA")]
    public void A_zip_deployment_is_skipped_and_named(string? sha, string because)
    {
        var report = new ReportConverter().Convert((Deployed() with { Sha = sha }).ToDeployment(), out var skipped);

        Assert.Null(report);
        Assert.StartsWith("Deployment dep_1 of checkout-api is not reported: ", skipped, StringComparison.Ordinal);
        Assert.Contains(because, skipped, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_status_or_a_creation_time_there_is_nothing_to_report()
    {
        Assert.Null(
            new ReportConverter().Convert((Deployed() with { Status = DeploymentStatus.Unknown }).ToDeployment(), out var noStatus)
        );
        Assert.Null(new ReportConverter().Convert((Deployed() with { CreatedAt = null }).ToDeployment(), out var noTime));

        Assert.Contains("does not return its status", noStatus, StringComparison.Ordinal);
        Assert.Contains("does not return its creation time", noTime, StringComparison.Ordinal);
    }

    public static TheoryData<Given, DateTimeOffset, CompletionSource> Ends =>
        new()
        {
            {
                Deployed() with
                {
                    Finished = Created.AddMinutes(9),
                    BuildSeconds = 60,
                    Updated = Created.AddHours(1),
                },
                Created.AddMinutes(9),
                CompletionSource.Finished
            },
            {
                Deployed() with
                {
                    BuildSeconds = 90.5,
                    Updated = Created.AddHours(1),
                },
                Created.AddSeconds(90.5),
                CompletionSource.BuildTime
            },
            { Deployed() with { BuildSeconds = 0 }, Created, CompletionSource.BuildTime },
            { Deployed() with { Updated = Created.AddHours(1) }, Created.AddHours(1), CompletionSource.LastChange },
            { Deployed(), Clock.GetUtcNow(), CompletionSource.Observed },
            { Deployed() with { Finished = Created.AddMinutes(-1), BuildSeconds = 60 }, Created.AddMinutes(1), CompletionSource.BuildTime },
            { Deployed() with { Updated = Created.AddMinutes(-1) }, Clock.GetUtcNow(), CompletionSource.Observed },
            { Deployed() with { BuildSeconds = 1e300 }, Clock.GetUtcNow(), CompletionSource.Observed },
            { Deployed() with { CreatedAt = Clock.GetUtcNow().AddHours(1) }, Clock.GetUtcNow().AddHours(1), CompletionSource.Observed },
        };

    [Theory]
    [MemberData(nameof(Ends))]
    public void An_end_is_the_surest_that_is_known_and_never_before_the_beginning(Given given, DateTimeOffset end, CompletionSource source)
    {
        var report = Convert(given, new ReportConverter { TimeProvider = Clock });

        Assert.Equal((end, source), (report.CompletedAt!.Value, report.CompletedAtSource));
        Assert.True(ReportValidation.Check(report).IsValid);
    }

    [Fact]
    public void An_unfinished_deployment_has_no_completion_time_whatever_the_row_contains()
    {
        var report = Convert(Deployed() with { Status = DeploymentStatus.InProgress, Finished = Created.AddMinutes(1), BuildSeconds = 5 });

        Assert.Equal((null, CompletionSource.None), (report.CompletedAt, report.CompletedAtSource));
    }

    [Fact]
    public async Task Every_deployment_of_the_sandbox_becomes_a_valid_report_or_is_skipped_as_a_zip()
    {
        await using var fixture = await SandboxFixture.StartAsync(new() { Deployments = 300 });
        var conversion = new ReportConverter { TimeProvider = fixture.Clock };

        foreach (var deployment in await fixture.DeploymentsAsync())
        {
            if (conversion.Convert(deployment, out var skipped) is { } report)
            {
                await fixture.Periscope.SendAsync(report, SandboxFixture.Ct);
            }
            else
            {
                Assert.Contains("zip deployment", skipped, StringComparison.Ordinal);
                Assert.Null(deployment.Branch);
            }
        }

        Assert.Equal(fixture.Sandbox.Data.Deployments.Count(row => row.Branch is not null), fixture.Sandbox.Reports.Count);
    }

    private static Given Deployed() => new();

    private static DeploymentReport Convert(Given given, ReportConverter? conversion = null)
    {
        var report = (conversion ?? new ReportConverter { TimeProvider = Clock }).Convert(given.ToDeployment(), out var skipped);

        Assert.Null(skipped);
        return report!;
    }

    /// <summary>The values that a test specifies; the others are those of an ordinary successful deployment.</summary>
    public sealed record Given
    {
        public DeploymentStatus Status { get; init; } = DeploymentStatus.Success;

        public string? Sha { get; init; } = "9868bbc";

        public string? Environment { get; init; }

        public string? ProjectId { get; init; } = "proj_1";

        public string? ProjectName { get; init; } = "checkout-api";

        public DateTimeOffset? CreatedAt { get; init; } = Created;

        public DateTimeOffset? Finished { get; init; }

        public DateTimeOffset? Updated { get; init; }

        public double? BuildSeconds { get; init; }

        internal Deployment ToDeployment() =>
            new()
            {
                Id = "dep_1",
                Status = Status,
                CommitSha = Sha,
                Environment = Environment,
                ProjectId = ProjectId,
                ProjectName = ProjectName,
                Branch = "main",
                CreatedAt = CreatedAt,
                FinishedAt = Finished,
                UpdatedAt = Updated,
                BuildSeconds = BuildSeconds,
            };
    }
}
