using PxxlPeriscope.Sandbox;

namespace PxxlPeriscope.Tests;

/// <summary>Projects by name.</summary>
public sealed class ProjectNamesTests
{
    [Fact]
    public async Task A_name_finds_its_project_in_any_case()
    {
        await using var world = await World.StartAsync();
        var project = world.Sandbox.Data.Projects[2];

        Assert.Equal(project.Id, await world.Pxxl.FindProjectIdAsync(project.Name.ToUpperInvariant(), World.Ct));
    }

    [Fact]
    public async Task What_looks_like_an_id_costs_no_request()
    {
        await using var world = await World.StartAsync();

        Assert.Equal("proj_whatever", await world.Pxxl.FindProjectIdAsync("proj_whatever", World.Ct));
        Assert.Empty(world.Sandbox.Requests);
    }

    [Fact]
    public async Task A_name_that_nobody_has_is_not_found()
    {
        await using var world = await World.StartAsync();

        var failure = await Assert.ThrowsAsync<ServiceException>(() => world.Pxxl.FindProjectIdAsync("no-such-shop", World.Ct));

        Assert.Equal("PxxlNotFound", failure.ErrorId);
        Assert.Contains("'no-such-shop'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_several_have_is_refused_with_their_ids()
    {
        await using var world = await World.StartAsync();
        world.Sandbox.Data.ReplaceProjects(
            [new SandboxProject { Id = "one", Name = "shop" }, new SandboxProject { Id = "two", Name = "Shop" }]);

        var failure = await Assert.ThrowsAsync<ServiceException>(() => world.Pxxl.FindProjectIdAsync("shop", World.Ct));

        Assert.Equal("PxxlAmbiguousName", failure.ErrorId);
        Assert.Contains("one, two", failure.Message, StringComparison.Ordinal);
    }
}
