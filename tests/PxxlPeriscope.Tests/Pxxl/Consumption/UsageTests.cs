using PxxlPeriscope.Sandbox.Pxxl.Shape;

namespace PxxlPeriscope.Tests.Pxxl.Consumption;

/// <summary>Usage, where a missing value is not 0.</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData(ItemEnvelope.Noun, false)]
    [InlineData(ItemEnvelope.Root, false)]
    [InlineData(ItemEnvelope.Noun, true)]
    public async Task Usage_is_the_sum_of_the_deployments(ItemEnvelope envelope, bool numbersAsStrings)
    {
        await using var fixture = await SandboxFixture.StartAsync(
            new()
            {
                Shape = new() { Item = envelope, NumbersAsStrings = numbersAsStrings },
            }
        );
        var rows = fixture.Sandbox.Data.Deployments;

        var usage = await fixture.Pxxl.GetUsageAsync(SandboxFixture.Ct);

        Assert.Equal("personal", usage.Scope);
        Assert.Equal((6L, 200L), (usage.TotalProjects!.Value, usage.TotalDeployments!.Value));
        Assert.Equal(rows.Count(row => row.Status == "failed"), usage.FailedDeployments);
        Assert.Equal(rows.Sum(row => row.BuildSeconds ?? 0), usage.BuildSeconds!.Value, precision: 6);
        Assert.Equal(rows.Sum(row => row.ArtifactBytes ?? 0), usage.ArtifactBytes);
        Assert.Equal(usage.MonthlyBuildSeconds / 60, usage.MonthlyBuildMinutes);
        Assert.Equal(100d * usage.ArtifactBytes / (50L * 1024 * 1024 * 1024), usage.ArtifactPercent);
        Assert.Equal(fixture.Sandbox.Data.Projects.Select(project => project.Id), usage.Projects.Select(project => project.ProjectId));
        Assert.Equal(200, usage.Projects.Sum(project => project.DeploymentCount));
    }

    [Fact]
    public async Task Values_that_the_service_does_not_return_are_null()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        var usage = await fixture.PxxlWith(fixture.Sandbox.PxxlKey, fixture.Sandbox.Data.TeamId).GetUsageAsync(SandboxFixture.Ct);

        Assert.Equal(("team", fixture.Sandbox.Data.TeamId), (usage.Scope, usage.TeamId));
        Assert.Null(usage.TotalDatabases);
        Assert.Null(usage.ArtifactLimitBytes);
        Assert.Null(usage.ArtifactPercent);
        // An uploaded site is never built.
        Assert.Contains(usage.Projects, project => project.BuildSeconds is null && project.DeploymentCount is not null);
    }

    [Theory]
    [InlineData("""{"success":true,"data":{"summary":{}}}""")]
    [InlineData("""{"summary":{"buildSeconds":null,"totalProjects":"","artifactLimitBytes":-1,"totalArtifactBytes":"n/a"}}""")]
    public async Task An_empty_summary_holds_no_invented_number(string body)
    {
        var usage = await SandboxFixture.PxxlOver(StubHandler.Returning(body)).GetUsageAsync(SandboxFixture.Ct);

        Assert.All(
            typeof(Usage)
                .GetProperties()
                .Where(property => property.PropertyType == typeof(long?) || property.PropertyType == typeof(double?)),
            property => Assert.Null(property.GetValue(usage))
        );
        Assert.Empty(usage.Projects);
    }

    [Fact]
    public async Task A_limit_of_0_has_no_percentage()
    {
        var end = StubHandler.Returning("""{"summary":{"totalArtifactBytes":1,"artifactLimitBytes":0}}""");

        Assert.Null((await SandboxFixture.PxxlOver(end).GetUsageAsync(SandboxFixture.Ct)).ArtifactPercent);
    }

    [Fact]
    public async Task An_answer_without_usage_is_an_error()
    {
        var end = StubHandler.Returning("""{"success":true,"data":{}}""");

        var failure = await Assert.ThrowsAsync<ServiceException>(() => SandboxFixture.PxxlOver(end).GetUsageAsync(SandboxFixture.Ct));

        Assert.Equal(CallFailure.InvalidResponse, failure.Cause);
    }
}
