using PxxlPeriscope.Pxxl.Deployments;
using PxxlPeriscope.Sandbox.Pxxl.Data;

namespace PxxlPeriscope.Tests.Connections;

/// <summary>An id from a user or a file never addresses another route.</summary>
public sealed class ResourceIdTests
{
    public static TheoryData<string> Impossible =>
        [
            "",
            " ",
            "dep 1",
            " dep_1",
            "dep_1\t",
            "..",
            ".",
            "...",
            "a/../b",
            "../projects",
            "dep/1",
            "/dep_1",
            "dep\\1",
            "dep_1?x=y",
            "?",
            "dep#1",
            "%2e%2e",
            "%2F",
            "dep%1",
            "dep\n1",
            "dep\r\nHost: evil",
            "dep\0",
            "dep\u00a01",
            "dep\u2028",
            "a..b",
            new string('a', 10_000),
            new string('a', 257),
        ];

    [Theory]
    [MemberData(nameof(Impossible))]
    public async Task An_id_that_could_address_another_route_is_rejected_and_nothing_is_sent(string id)
    {
        await using var fixture = await SandboxFixture.StartAsync();

        foreach (
            var call in new Func<Task>[]
            {
                () => fixture.Pxxl.GetDeploymentAsync(id, SandboxFixture.Ct),
                () => fixture.Pxxl.GetProjectAsync(id, SandboxFixture.Ct),
                () => fixture.DeploymentsAsync(new DeploymentQuery { ProjectId = id }),
            }
        )
        {
            var failure = await Assert.ThrowsAsync<ServiceException>(call);
            Assert.Equal(CallFailure.InvalidId, failure.Cause);
            Assert.InRange(failure.Message.Length, 1, 300);
            Assert.DoesNotContain(failure.Message, char.IsControl);
        }

        Assert.Empty(fixture.Sandbox.Requests);
    }

    [Theory]
    [InlineData("dep_1", "dep_1")]
    [InlineData("dep:1", "dep%3A1")]
    [InlineData("a&b=c", "a%26b%3Dc")]
    [InlineData("a+b@c;d,e", "a%2Bb%40c%3Bd%2Ce")]
    [InlineData("\u00fcnter", "%C3%BCnter")]
    [InlineData("\ud83d\ude80", "%F0%9F%9A%80")]
    [InlineData("v1.2.3", "v1.2.3")]
    [InlineData("<script>", "%3Cscript%3E")]
    public async Task An_odd_id_is_escaped_and_stays_one_segment(string id, string escaped)
    {
        await using var fixture = await SandboxFixture.StartAsync();

        var failure = await Assert.ThrowsAsync<ServiceException>(() => fixture.Pxxl.GetDeploymentAsync(id, SandboxFixture.Ct));

        Assert.Equal(CallFailure.NotFound, failure.Cause);
        Assert.Contains($"'{id}'", failure.Message, StringComparison.Ordinal);
        Assert.Equal("/api/v3/cli/deployments/" + escaped, Assert.Single(fixture.Sandbox.Requests).RawTarget);
    }

    [Fact]
    public async Task An_odd_id_that_exists_is_found()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.Sandbox.Data.Add(
            new SandboxDeployment
            {
                Id = "dep:\u00fc+1",
                Status = "deployed",
                CreatedAt = fixture.Clock.GetUtcNow(),
            }
        );

        Assert.Equal("dep:\u00fc+1", (await fixture.Pxxl.GetDeploymentAsync("dep:\u00fc+1", SandboxFixture.Ct)).Id);
    }

    [Fact]
    public async Task A_team_id_cannot_add_to_the_query()
    {
        await using var fixture = await SandboxFixture.StartAsync();

        await Assert.ThrowsAsync<ServiceException>(() =>
            fixture.PxxlWith(fixture.Sandbox.PxxlKey, "team&limit=1").GetUsageAsync(SandboxFixture.Ct)
        );

        Assert.Equal("?teamId=team%26limit%3D1", Assert.Single(fixture.Sandbox.Requests).Query);
    }

    [Fact]
    public async Task An_id_with_bidirectional_overrides_is_not_shown_unchanged()
    {
        await using var fixture = await SandboxFixture.StartAsync();

        var failure = await Assert.ThrowsAsync<ServiceException>(() =>
            fixture.Pxxl.GetDeploymentAsync("dep_\u202egnp.exe", SandboxFixture.Ct)
        );

        Assert.DoesNotContain('\u202e', failure.Message);
    }
}
