using System.Text.Json;

namespace PxxlPeriscope.Tests.Pxxl.Deployments;

/// <summary>Whether a build or a release failed: the first question about a failed deployment.</summary>
public sealed class FailedPhaseTests
{
    [Theory]
    [InlineData("failed", "completed", FailedPhase.Release)]
    [InlineData("failed", "succeeded", FailedPhase.Release)]
    [InlineData("timed_out", "Completed", FailedPhase.Release)]
    [InlineData("failed", "failed", FailedPhase.Build)]
    [InlineData("error", "errored", FailedPhase.Build)]
    [InlineData(null, "failed", FailedPhase.Build)]
    public async Task A_completed_build_did_not_fail(string? status, string build, FailedPhase phase) =>
        Assert.Equal(phase, (await ReadAsync(status, build)).FailedPhase);

    [Theory]
    [InlineData("failed", null)]
    [InlineData("failed", "building")]
    [InlineData("failed", "nobody-knows-this-word")]
    public async Task Without_a_conclusive_build_status_the_failed_phase_is_unknown(string status, string? build) =>
        Assert.Null((await ReadAsync(status, build)).FailedPhase);

    [Theory]
    [InlineData("deployed", "completed")]
    [InlineData("building", "failed")]
    [InlineData("cancelled", "failed")]
    [InlineData(null, "completed")]
    public async Task A_deployment_that_did_not_fail_has_no_failed_phase(string? status, string build) =>
        Assert.Null((await ReadAsync(status, build)).FailedPhase);

    private static async Task<Deployment> ReadAsync(string? status, string? build)
    {
        var row = JsonSerializer.Serialize(
            new
            {
                deployment = new
                {
                    id = "dep_1",
                    status,
                    buildStatus = build,
                },
            }
        );
        return await SandboxFixture.PxxlOver(StubHandler.Returning(row)).GetDeploymentAsync("dep_1", SandboxFixture.Ct);
    }
}
