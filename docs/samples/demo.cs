#:project ../../src/PxxlPeriscope.Http
#:project ../../tests/PxxlPeriscope.Sandbox
#:property PublishAot=false

// The main job on the sandbox, a stand-in for both services on this machine: in PowerShell where there is one, else through
// the library. Run it with: dotnet run docs/samples/demo.cs

using System.Diagnostics;
using PxxlPeriscope;
using PxxlPeriscope.Http;
using PxxlPeriscope.Sandbox;

var samples = (string)AppContext.GetData("EntryPointFileDirectoryPath")!;
var root = Path.GetFullPath(Path.Combine(samples, "..", ".."));

await using var sandbox = await SandboxHost.StartAsync(new SandboxOptions { Deployments = 200 });
Console.WriteLine($"The sandbox plays Pxxl and Periscope at {sandbox.PxxlUri.GetLeftPart(UriPartial.Authority)}.");

if (!HasPowerShell())
{
    Console.WriteLine("There is no pwsh on the PATH, so the same job runs through the C# library.");
    return await RunLibraryAsync();
}

Console.WriteLine("Building the module...");
return Run("dotnet", "build", Path.Combine(root, "src", "PxxlPeriscope.PowerShell"), "--nologo", "--verbosity", "quiet") is var built and not 0
    ? built
    : Run("pwsh", "-NoProfile", "-NonInteractive", "-File", Path.Combine(samples, "demo.ps1"));

static bool HasPowerShell() =>
    (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Any(folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh")));

int Run(string program, params string[] arguments)
{
    var start = new ProcessStartInfo(program, arguments)
    {
        Environment =
        {
            ["PXXL_API_URL"] = sandbox.PxxlUri.AbsoluteUri,
            ["PXXL_API_KEY"] = sandbox.PxxlKey,
            ["PERISCOPE_API_URL"] = sandbox.PeriscopeUri.AbsoluteUri,
            ["PERISCOPE_API_KEY"] = sandbox.PeriscopeKey,
        },
    };
    start.Environment.Remove("PXXL_TEAM_ID");
    using var process = Process.Start(start)!;
    process.WaitForExit();
    return process.ExitCode;
}

async Task<int> RunLibraryAsync()
{
    using var pxxl = new PxxlConnection(
        new HttpClientSettings { BaseUri = sandbox.PxxlUri, ApiKey = Secret.From(sandbox.PxxlKey) }, "the sandbox", ResilientHttpClientSource.Open);
    using var periscope = new PeriscopeConnection(
        new HttpClientSettings { BaseUri = sandbox.PeriscopeUri, ApiKey = Secret.From(sandbox.PeriscopeKey) }, "the sandbox", ResilientHttpClientSource.Open);
    using var sender = new ReportSender(new PeriscopeClient(periscope), throttleLimit: 4);
    var conversion = new ReportConversion();
    var (reported, failed) = (0, 0);

    Console.WriteLine($"\n{"DeploymentId",-30} {"Action",-8} {"Status",-12} {"Environment",-12} {"PRs",3}");
    await foreach (var deployment in new PxxlClient(pxxl).ListDeploymentsAsync(new DeploymentQuery { Since = DateTimeOffset.UtcNow.AddDays(-7) }))
    {
        if (conversion.Convert(deployment, out var skipped) is not { } report)
        {
            Console.WriteLine(skipped);
            continue;
        }

        sender.Add(report);
        await WriteOutcomesAsync(() => sender.IsFull || sender.HasFinished);
    }

    await WriteOutcomesAsync(() => sender.HasPending);
    Console.WriteLine($"\n{reported} deployments reported, {failed} not.");
    return failed == 0 ? 0 : 1;

    async Task WriteOutcomesAsync(Func<bool> goOn)
    {
        while (goOn())
        {
            var outcome = await sender.TakeAsync();
            if (outcome.Receipt is { } receipt)
            {
                reported++;
                Console.WriteLine($"{receipt.DeploymentId,-30} {receipt.Action,-8} {receipt.Status,-12} {receipt.Environment,-12} {receipt.LinkedPullRequests,3}");
            }
            else
            {
                failed++;
                Console.Error.WriteLine(outcome.Failure!.Message);
            }
        }
    }
}
