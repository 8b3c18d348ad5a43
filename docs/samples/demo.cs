#:property PublishAot=false

// Runs a complete example in a real PowerShell, against the sandbox, which simulates both services locally. Nothing else is required.
// Run it with: dotnet run docs/samples/demo.cs

using System.Diagnostics;

var root = Path.GetFullPath(Path.Combine((string)AppContext.GetData("EntryPointFileDirectoryPath")!, "..", ".."));
var shell = Environment.GetEnvironmentVariable("PXXLPERISCOPE_PWSH");
var clock = Stopwatch.StartNew();

try
{
    Say(
        shell is null
            ? "Restoring PowerShell, building the module and the sandbox ..."
            : $"Building the module and the sandbox, for {shell} ..."
    );
    await Task.WhenAll(
        BuildAsync("src/PxxlPeriscope.PowerShell", "Built the module."),
        BuildAsync("tests/PxxlPeriscope.Sandbox", "Built the sandbox."),
        shell is null ? RunAsync("Restored the tools.", "tool", "restore") : Task.CompletedTask
    );

    Say("Starting the sandbox ...");
    using var sandbox = Process.Start(
        new ProcessStartInfo(
            "dotnet",
            [
                "run",
                "--project",
                "tests/PxxlPeriscope.Sandbox",
                "--no-build",
                "--",
                "--deployments",
                "200",
                "--parent-pid",
                $"{Environment.ProcessId}",
            ]
        )
        {
            WorkingDirectory = root,
            RedirectStandardOutput = true,
        }
    )!;
    try
    {
        var settings = new Dictionary<string, string>();
        while (settings.Count < 5 && await sandbox.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Split('=', 2) is [var name, var value])
            {
                settings[name] = value;
            }
        }

        if (settings.Count < 5)
        {
            throw new InvalidOperationException("The sandbox did not start.");
        }

        Say($"The sandbox simulates Pxxl and Periscope at {settings["PERISCOPE_API_URL"]}. A user would type the following commands:");
        string[] arguments = ["-NoProfile", "-NonInteractive", "-File", "docs/samples/demo.ps1"];
        var start = new ProcessStartInfo(shell ?? "dotnet", shell is null ? ["tool", "run", "pwsh", "--", .. arguments] : arguments)
        {
            WorkingDirectory = root,
        };
        start.Environment.Remove("PXXL_TEAM_ID");
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        using var powerShell = Process.Start(start)!;
        await powerShell.WaitForExitAsync();
        return powerShell.ExitCode;
    }
    finally
    {
        sandbox.Kill(entireProcessTree: true);
    }
}
catch (Exception failed) when (failed is InvalidOperationException or System.ComponentModel.Win32Exception)
{
    Console.Error.WriteLine(failed.Message);
    return 1;
}

void Say(string text) => Console.WriteLine($"[{clock.Elapsed.TotalSeconds, 4:0.0} s] {text}");

Task BuildAsync(string project, string done) =>
    RunAsync(done, "build", project, "--nologo", "--verbosity", "quiet", "-p:RunAnalyzers=false");

async Task RunAsync(string done, params string[] arguments)
{
    using var process = Process.Start(
        new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = root, RedirectStandardOutput = true }
    )!;
    var output = await process.StandardOutput.ReadToEndAsync();
    await process.WaitForExitAsync();
    if (process.ExitCode != 0)
    {
        throw new InvalidOperationException($"dotnet {string.Join(' ', arguments)} exited with code {process.ExitCode}.\n{output}");
    }

    Say(done);
}
