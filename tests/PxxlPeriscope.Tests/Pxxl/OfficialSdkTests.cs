using System.Text.Json;
using PxxlPeriscope.Tests.Pester;

namespace PxxlPeriscope.Tests.Pxxl;

/// <summary>Pxxl's own SDK works with the sandbox, and returns the same values as our client.</summary>
public sealed class OfficialSdkTests
{
    private const string Package = "@pxxlapp/pxxl";
    private const string Version = "0.1.11";

    [Fact]
    public async Task The_official_SDK_and_our_client_see_the_same()
    {
        var sdk = await InstalledAsync();
        await using var fixture = await SandboxFixture.StartAsync(new() { Deployments = 20 });
        // The last call of the SDK is a redeployment, so our client reads first.
        var deployments = await fixture.DeploymentsAsync();
        var projects = await fixture.Pxxl.ListProjectsAsync(SandboxFixture.Ct).ToListAsync(SandboxFixture.Ct);
        var account = await fixture.Pxxl.GetAccountAsync(SandboxFixture.Ct);
        var usage = await fixture.Pxxl.GetUsageAsync(SandboxFixture.Ct);

        var (exitCode, written) = await ProcessRunner.RunAsync(
            ProcessRunner.FindProgram("node")!,
            [Repository.PathTo("tests", "PxxlPeriscope.Sandbox", "sdk-check.mjs"), sdk],
            new Dictionary<string, string?>
            {
                ["PXXL_API_URL"] = fixture.Sandbox.PxxlUri.AbsoluteUri,
                ["PXXL_API_KEY"] = fixture.Sandbox.PxxlKey,
            },
            TimeSpan.FromMinutes(1),
            SandboxFixture.Ct
        );

        Assert.True(exitCode == 0, written);
        using var json = JsonDocument.Parse(written);
        var seen = json.RootElement;
        Assert.Equal(Ids("deployments"), deployments.Select(deployment => deployment.Id));
        Assert.Equal(Ids("projects"), projects.Select(project => project.Id));
        Assert.Equal(seen.GetProperty("whoami").GetProperty("user").GetProperty("email").GetString(), account.Email);
        var summary = seen.GetProperty("usage").GetProperty("data").GetProperty("summary");
        Assert.Equal(summary.GetProperty("totalDeployments").GetInt64(), usage.TotalDeployments);
        var redeployed = seen.GetProperty("redeploy").GetProperty("deploymentId").GetString()!;
        Assert.Equal(DeploymentStatus.Queued, (await fixture.Pxxl.GetDeploymentAsync(redeployed, SandboxFixture.Ct)).Status);

        IEnumerable<string?> Ids(string list) => seen.GetProperty(list).EnumerateArray().Select(id => id.GetString());
    }

    /// <summary>The folder of the SDK, installed once below out/. Skips the test where it cannot be installed.</summary>
    private static async Task<string> InstalledAsync()
    {
        Assert.SkipWhen(ProcessRunner.FindProgram("node") is null, "there is no node on the PATH to run Pxxl's SDK with.");
        var folder = Repository.PathTo("out", "npm");
        var sdk = Path.Combine(folder, "node_modules", "@pxxlapp", "pxxl");
        var manifest = Path.Combine(sdk, "package.json");
        var installed = File.Exists(manifest) ? await File.ReadAllTextAsync(manifest, SandboxFixture.Ct) : string.Empty;
        if (!installed.Contains($"\"version\": \"{Version}\"", StringComparison.Ordinal))
        {
            Assert.SkipWhen(ProcessRunner.FindProgram("npm") is null, "there is no npm on the PATH to install Pxxl's SDK with.");
            Directory.CreateDirectory(folder);
            var (exitCode, written) = await ProcessRunner.RunAsync(
                ProcessRunner.FindProgram("npm")!,
                ["install", "--prefix", folder, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", $"{Package}@{Version}"],
                new Dictionary<string, string?>(),
                TimeSpan.FromMinutes(2),
                SandboxFixture.Ct
            );
            Assert.SkipUnless(exitCode == 0, $"npm could not install {Package} {Version}: {written}");
        }

        return sdk;
    }
}
