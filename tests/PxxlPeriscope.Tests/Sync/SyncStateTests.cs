using System.Text.RegularExpressions;
using PxxlPeriscope.Sync;
using static PxxlPeriscope.Tests.Sync.SyncDeployments;

namespace PxxlPeriscope.Tests.Sync;

/// <summary>What a synchronization remembers between its runs, and what becomes of that when its file is damaged.</summary>
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
    public async Task Where_a_file_is_damaged_anywhere_as_much_is_read_again_as_in_a_first_run(string member)
    {
        await using var fixture = await StartSandboxAsync(Deployed("a", daysAgo: 2));
        await SyncAsync(fixture);
        Damage(member);
        // What an intact state would pass over, and a first run does not.
        fixture.Sandbox.Data.Add(Deployed("old", daysAgo: 20));

        await SyncAsync(fixture);

        Assert.Equal(["pxxl-a", "pxxl-old"], Ids(fixture));
        Assert.True(File.Exists(StateFile + ".damaged"));
    }

    [Fact]
    public async Task A_look_at_what_would_be_sent_leaves_a_damaged_file_where_it_is()
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
    public async Task Why_a_deployment_is_not_reported_is_said_once_and_not_in_every_run()
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
    public async Task Reports_are_made_in_the_order_in_which_the_deployments_began()
    {
        await using var fixture = await StartSandboxAsync(Deployed("c", daysAgo: 4), Deployed("a", daysAgo: 3), Deployed("b", daysAgo: 2));

        Assert.Equal(
            ["pxxl-c", "pxxl-a", "pxxl-b"],
            (await Run(fixture).PlanAsync(SandboxFixture.Ct)).Reports.Select(report => report.DeploymentId)
        );
    }

    /// <summary>Makes something that is no list of one of the lists.</summary>
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
