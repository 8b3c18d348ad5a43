using PxxlPeriscope.Http;
using PxxlPeriscope.Pxxl.Deployments;

namespace PxxlPeriscope.Tests.Pxxl.Deployments;

/// <summary>Filters. All of them are applied by the client, because Pxxl can filter by project only.</summary>
public sealed class DeploymentQueryTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("failed", "crashed", true)]
    [InlineData("Failed", "failed", true)]
    [InlineData("success", "deployed", true)]
    [InlineData("deployed", "deployed", true)]
    [InlineData("deployed", "successful", false)]
    [InlineData("Timed Out", "timed_out", true)]
    [InlineData("rolled-back", "rolled_back", true)]
    [InlineData("RolledBack", "reverted", true)]
    [InlineData("InProgress", "warp-speed", true)]
    [InlineData("warp-speed", "Warp Speed", true)]
    [InlineData("success", "failed", false)]
    public void A_status_is_a_normalized_name_or_a_service_word(string wanted, string word, bool included)
    {
        var deployment = new Deployment
        {
            Id = "dep_1",
            Status = DeploymentStatusParser.Parse(word),
            RawStatus = word,
        };

        Assert.Equal(included, new DeploymentQuery { Status = [wanted] }.Includes(deployment));
    }

    [Fact]
    public void Of_several_statuses_one_is_enough() =>
        Assert.True(
            new DeploymentQuery { Status = ["failed", "stopped"] }.Includes(
                new Deployment { Id = "dep_1", Status = DeploymentStatus.Stopped }
            )
        );

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(60, true)]
    [InlineData(61, false)]
    public void Both_ends_of_a_period_belong_to_it(int minutes, bool included)
    {
        var query = new DeploymentQuery { Since = Noon, Until = Noon.AddHours(1) };

        Assert.Equal(included, query.Includes(new Deployment { Id = "dep_1", CreatedAt = Noon.AddMinutes(minutes) }));
    }

    [Theory]
    [InlineData(null, "production", true)]
    [InlineData("production", "production", true)]
    [InlineData("preview", "production", false)]
    public void A_deployment_that_names_no_environment_is_in_production(string? environment, string wanted, bool included)
    {
        var query = new DeploymentQuery { Environment = name => name == wanted };

        Assert.Equal(included, query.Includes(new Deployment { Id = "dep_1", Environment = environment }));
    }

    [Fact]
    public void A_deployment_without_a_branch_is_on_none_that_is_wanted() =>
        Assert.False(new DeploymentQuery { Branch = _ => true }.Includes(new Deployment { Id = "dep_1" }));

    [Theory]
    [InlineData("failed", true)]
    [InlineData("Queued", true)]
    [InlineData("timed-out", true)]
    [InlineData("faild", false)]
    public void A_misspelt_status_is_known_for_one(string status, bool known) => Assert.Equal(known, DeploymentQuery.IsKnownStatus(status));

    [Theory]
    [InlineData(0ul, 1)]
    [InlineData(5ul, 5)]
    [InlineData(99ul, 99)]
    [InlineData(100ul, 100)]
    [InlineData(5000ul, 100)]
    [InlineData(ulong.MaxValue, 100)]
    public void A_page_is_not_larger_than_requested(ulong rows, int size) =>
        Assert.Equal(size, new DeploymentQuery { MaxRows = rows }.PageSize);

    [Fact]
    public void With_a_filter_the_rows_wanted_say_nothing_about_the_page() =>
        Assert.Equal(100, new DeploymentQuery { Status = ["failed"], MaxRows = 5 }.PageSize);

    [Fact]
    public async Task Every_row_of_a_filtered_list_meets_the_filter_and_none_is_missing()
    {
        await using var fixture = await SandboxFixture.StartAsync(new() { Deployments = 500 });

        var failed = await fixture.DeploymentsAsync(new() { Status = ["failed"], Branch = branch => branch == "main" });

        Assert.Equal(
            fixture.Sandbox.Data.Deployments.Where(row => row is { Status: "failed", Branch: "main" }).Select(row => row.Id),
            failed.Select(deployment => deployment.Id)
        );
        Assert.NotEmpty(failed);
    }

    [Fact]
    public async Task Only_deployments_of_the_project_are_requested()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        var project = fixture.Sandbox.Data.Projects[0].Id;

        var deployments = await fixture.DeploymentsAsync(new() { ProjectId = project });

        Assert.NotEmpty(deployments);
        Assert.All(deployments, deployment => Assert.Equal(project, deployment.ProjectId));
        Assert.Equal($"/api/v3/cli/projects/{project}/deployments", Assert.Single(fixture.Sandbox.Requests).Path);
    }

    [Fact]
    public async Task Deployments_without_a_date_match_no_date_and_are_counted_in_a_warning()
    {
        var warnings = new List<string>();
        var client = SandboxFixture.PxxlOver(
            StubHandler.Returning("""{"deployments":[{"id":"dep_1"},{"id":"dep_2","createdAt":"2026-03-14T12:00:00Z"}],"total":2}"""),
            new CallLog { Warning = warnings.Add }
        );

        var deployments = await client
            .ListDeploymentsAsync(new() { Since = Noon }, cancellationToken: SandboxFixture.Ct)
            .ToListAsync(SandboxFixture.Ct);

        Assert.Equal("dep_2", Assert.Single(deployments).Id);
        Assert.Contains("1 deployments have no creation time", Assert.Single(warnings), StringComparison.Ordinal);
    }
}
