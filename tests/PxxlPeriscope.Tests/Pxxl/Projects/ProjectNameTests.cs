using PxxlPeriscope.Sandbox.Pxxl.Data;

namespace PxxlPeriscope.Tests.Pxxl.Projects;

/// <summary>Finding projects by name.</summary>
public sealed class ProjectNameTests
{
    [Fact]
    public async Task A_name_finds_its_project_in_any_case()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        var project = fixture.Sandbox.Data.Projects[2];

        Assert.Equal(project.Id, await fixture.Pxxl.FindProjectIdAsync(project.Name.ToUpperInvariant(), SandboxFixture.Ct));
    }

    [Fact]
    public async Task An_id_takes_no_request()
    {
        await using var fixture = await SandboxFixture.StartAsync();

        Assert.Equal("proj_whatever", await fixture.Pxxl.FindProjectIdAsync("proj_whatever", SandboxFixture.Ct));
        Assert.Empty(fixture.Sandbox.Requests);
    }

    [Fact]
    public async Task An_unknown_name_is_not_found()
    {
        await using var fixture = await SandboxFixture.StartAsync();

        var failure = await Assert.ThrowsAsync<ServiceException>(() => fixture.Pxxl.FindProjectIdAsync("no-such-shop", SandboxFixture.Ct));

        Assert.Equal("PxxlNotFound", failure.ErrorId);
        Assert.Contains("'no-such-shop'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_ambiguous_name_is_rejected_with_the_ids()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.Sandbox.Data.ReplaceProjects([
            new SandboxProject { Id = "one", Name = "shop" },
            new SandboxProject { Id = "two", Name = "Shop" },
        ]);

        var failure = await Assert.ThrowsAsync<ServiceException>(() => fixture.Pxxl.FindProjectIdAsync("shop", SandboxFixture.Ct));

        Assert.Equal("PxxlAmbiguousName", failure.ErrorId);
        Assert.Contains("one, two", failure.Message, StringComparison.Ordinal);
    }
}
