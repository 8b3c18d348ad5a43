using PxxlPeriscope.Sandbox;

namespace PxxlPeriscope.Tests;

/// <summary>Consumption, where absent is not 0.</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData(ItemEnvelope.Noun, false)]
    [InlineData(ItemEnvelope.Root, false)]
    [InlineData(ItemEnvelope.Noun, true)]
    public async Task Usage_is_what_the_deployments_add_up_to(ItemEnvelope envelope, bool numbersAsStrings)
    {
        await using var world = await World.StartAsync(new() { Shape = new() { Item = envelope, NumbersAsStrings = numbersAsStrings } });
        var rows = world.Sandbox.Data.Deployments;

        var usage = await world.Pxxl.GetUsageAsync(World.Ct);

        Assert.Equal("personal", usage.Scope);
        Assert.Equal((6L, 200L), (usage.TotalProjects!.Value, usage.TotalDeployments!.Value));
        Assert.Equal(rows.Count(row => row.Status == "failed"), usage.FailedDeployments);
        Assert.Equal(rows.Sum(row => row.BuildSeconds ?? 0), usage.BuildSeconds!.Value, precision: 6);
        Assert.Equal(rows.Sum(row => row.ArtifactBytes ?? 0), usage.ArtifactBytes);
        Assert.Equal(usage.MonthlyBuildSeconds / 60, usage.MonthlyBuildMinutes);
        Assert.Equal(100d * usage.ArtifactBytes / (50L * 1024 * 1024 * 1024), usage.ArtifactPercent);
        Assert.Equal(world.Sandbox.Data.Projects.Select(project => project.Id), usage.Projects.Select(project => project.ProjectId));
        Assert.Equal(200, usage.Projects.Sum(project => project.DeploymentCount));
    }

    [Fact]
    public async Task What_the_service_does_not_say_is_null()
    {
        await using var world = await World.StartAsync();
        var usage = await world.PxxlWith(world.Sandbox.PxxlKey, world.Sandbox.Data.TeamId).GetUsageAsync(World.Ct);

        Assert.Equal(("team", world.Sandbox.Data.TeamId), (usage.Scope, usage.TeamId));
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
        var usage = await World.PxxlAbove(StubHandler.Saying(body)).GetUsageAsync(World.Ct);

        Assert.All(
            typeof(Usage).GetProperties().Where(
                property => property.PropertyType == typeof(long?) || property.PropertyType == typeof(double?)),
            property => Assert.Null(property.GetValue(usage)));
        Assert.Empty(usage.Projects);
    }

    [Fact]
    public async Task A_limit_of_0_gives_no_percentage()
    {
        var end = StubHandler.Saying("""{"summary":{"totalArtifactBytes":1,"artifactLimitBytes":0}}""");

        Assert.Null((await World.PxxlAbove(end).GetUsageAsync(World.Ct)).ArtifactPercent);
    }

    [Fact]
    public async Task An_answer_without_usage_is_an_error()
    {
        var end = StubHandler.Saying("""{"success":true,"data":{}}""");

        var failure = await Assert.ThrowsAsync<ServiceException>(() => World.PxxlAbove(end).GetUsageAsync(World.Ct));

        Assert.Equal(FailureCause.InvalidResponse, failure.Cause);
    }
}
