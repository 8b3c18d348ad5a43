using System.Text.Json;
using PxxlPeriscope.Http;
using PxxlPeriscope.Watching;

namespace PxxlPeriscope.Tests.Watching;

/// <summary>A failed build while the deployment status has not changed yet: a single check is not conclusive.</summary>
public sealed class FailedBuildWaitTests
{
    [Theory]
    [InlineData("building/failed", "building/building", "deployed/completed")]
    [InlineData("queued/failed", "deployed/completed")]
    [InlineData("levitating/error", "deployed/completed")]
    // Twice, but not consecutively.
    [InlineData("building/failed", "building/building", "building/failed", "building/building", "deployed/completed")]
    // No deployment status at all.
    [InlineData("/failed", "deployed/completed")]
    [InlineData("/failed", "/building", "/failed", "building/completed", "deployed/completed")]
    public async Task A_deployment_that_continues_after_it_is_waited_for_until_it_is_live(params string[] words)
    {
        var (status, asked) = await WaitAsync(words);

        Assert.Equal(
            (DeploymentWaiter.Outcome.Live, DeploymentStatus.Success, null),
            (status.Outcome, status.Deployment!.Status, status.Failure)
        );
        Assert.Equal(words.Length, asked);
    }

    [Theory]
    [InlineData("building/failed", "cancelled/failed", "was stopped")]
    [InlineData("building/failed", "rolled_back/failed", "was rolled back")]
    [InlineData("building/failed", "failed/completed", "failed during the release")]
    [InlineData("/failed", "cancelled/failed", "was stopped")]
    public async Task A_deployment_status_that_changes_one_check_later_is_reported(string first, string second, string said)
    {
        var (status, _) = await WaitAsync(first, second);

        Assert.Equal(DeploymentWaiter.Outcome.Failed, status.Outcome);
        Assert.Contains(said, status.Failure!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("building/failed", 2)]
    [InlineData("/failed", 2)]
    // A terminal deployment status needs no second check, whatever the build status is.
    [InlineData("failed/failed", 1)]
    [InlineData("failed/", 1)]
    [InlineData("cancelled/failed", 1)]
    public async Task Seen_twice_in_a_row_it_ends_the_wait(string word, int statuses)
    {
        var (status, asked) = await WaitAsync(word);

        Assert.Equal((DeploymentWaiter.Outcome.Failed, "PxxlDeploymentFailed", statuses), (status.Outcome, status.Failure!.ErrorId, asked));
    }

    /// <summary>Waits for a deployment with these statuses and build statuses, one pair per check. The last pair is repeated.</summary>
    private static async Task<(DeploymentWaiter.Status Look, int Asked)> WaitAsync(params string[] words)
    {
        var clock = new AutoAdvancingClock();
        var end = StubHandler.ReturningInOrder([
            .. words.Select(word => (Func<HttpResponseMessage>)(() => StubHandler.CreateResponse(Json(word.Split('/'))))),
        ]);
        var wait = new DeploymentWaiter(SandboxFixture.PxxlOver(end, clock: clock), clock, CallLog.None)
        {
            Timeout = TimeSpan.FromMinutes(15),
        };
        var statuses = new List<DeploymentWaiter.Status>();
        await foreach (var status in wait.RunAsync(["dep_1"], SandboxFixture.Ct))
        {
            if (status is not null)
            {
                statuses.Add(status);
            }
        }

        return (Assert.Single(statuses), end.Requests);
    }

    private static string Json(string[] words) =>
        JsonSerializer.Serialize(
            new
            {
                deployment = new
                {
                    id = "dep_1",
                    status = Word(words[0]),
                    buildStatus = Word(words[1]),
                },
            }
        );

    private static string? Word(string word) => word.Length == 0 ? null : word;
}
