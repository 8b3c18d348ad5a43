using System.Text.RegularExpressions;
using PxxlPeriscope.Sync;
using static PxxlPeriscope.Tests.Sync.SyncDeployments;

namespace PxxlPeriscope.Tests.Sync;

/// <summary>Verifies the state between runs, and what happens if its file is damaged.</summary>
public sealed class SyncStateTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string State => Directory.CreateDirectory(_folder["state"]).FullName;

    private string StateFile => Path.Combine(State, "state.json");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("running")]
    [InlineData("lastSuccess")]
    [InlineData("pending")]
    [InlineData("projects")]
    public async Task After_any_damage_to_the_file_deployments_are_read_as_in_a_first_run(string member)
    {
        await using var fixture = await StartSandboxAsync(Deployed("a", daysAgo: 2));
        await SyncAsync(fixture);
        Damage(member);
        // A run with an intact state does not read this one, but a first run does.
        fixture.Sandbox.Data.Add(Deployed("old", daysAgo: 20));

        await SyncAsync(fixture);

        Assert.Equal(["pxxl-a", "pxxl-old"], Ids(fixture));
        Assert.True(File.Exists(StateFile + ".damaged"));
    }

    [Fact]
    public async Task A_plan_does_not_rename_a_damaged_file()
    {
        await using var fixture = await StartSandboxAsync(Deployed("a", daysAgo: 2));
        await SyncAsync(fixture);
        Damage("pending");
        var before = File.ReadAllText(StateFile);

        await Run(fixture).PlanAsync(SandboxFixture.Ct);

        Assert.Equal(before, File.ReadAllText(StateFile));
        Assert.False(File.Exists(StateFile + ".damaged"));
    }

    [Fact]
    public async Task The_reason_why_a_deployment_is_not_reported_is_logged_once()
    {
        await using var fixture = await StartSandboxAsync(
            Deployed("zip", daysAgo: 0) with
            {
                CommitSha = "upload-17",
            },
            Deployed("bare", daysAgo: 0) with
            {
                CommitSha = null,
            }
        );

        for (var run = 0; run < 3; run++)
        {
            Assert.Equal(2, (await SyncAsync(fixture)).Skipped);
        }

        Assert.Equal(["bare", "zip"], fixture.Warnings.Select(warning => warning.Split(' ')[1]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Reports_are_created_in_the_order_in_which_the_deployments_started()
    {
        await using var fixture = await StartSandboxAsync(Deployed("c", daysAgo: 4), Deployed("a", daysAgo: 3), Deployed("b", daysAgo: 2));

        Assert.Equal(
            ["pxxl-c", "pxxl-a", "pxxl-b"],
            (await Run(fixture).PlanAsync(SandboxFixture.Ct)).Reports.Select(report => report.DeploymentId)
        );
    }

    /// <summary>Replaces one of the lists with a value that is not a list.</summary>
    private void Damage(string member) =>
        File.WriteAllText(StateFile, Regex.Replace(File.ReadAllText(StateFile), $"\"{member}\": \\[[^\\]]*\\]", $"\"{member}\": 17"));

    private SyncJob Run(SandboxFixture fixture) =>
        new(fixture.Pxxl, fixture.Log)
        {
            StatePath = State,
            Conversion = new() { TimeProvider = fixture.Clock },
        };

    private async Task<SyncSummary> SyncAsync(SandboxFixture fixture)
    {
        var run = Run(fixture);
        await foreach (var outcome in run.RunAsync(fixture.Periscope, SandboxFixture.Ct))
        {
            Assert.Null(outcome.Failure);
        }

        return run.Summary!;
    }
}
