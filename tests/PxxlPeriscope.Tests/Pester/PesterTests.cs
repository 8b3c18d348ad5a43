using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using PxxlPeriscope.PowerShellTool;

namespace PxxlPeriscope.Tests.Pester;

/// <summary>The cmdlets, in a real PowerShell: one test per file of tests/Pester, each in a process of its own.</summary>
public sealed partial class PesterTests(ITestOutputHelper output)
{
    private const string NotInstalled = "(none found)";

    /// <summary>What begins a line that does not belong to the failure before it.</summary>
    private static readonly string[] OtherResults = ["[+]", "[!]", "Describing ", "Context ", "Running ", "Tests "];

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private static readonly Lazy<Task<PowerShellProgram>> PowerShell =
        new(() => PowerShellProgram.FindAsync(Repository.Root, TestContext.Current.CancellationToken));

    public static TheoryData<string> Files =>
    [
        .. Directory.EnumerateFiles(Repository.PathTo("tests", "Pester"), "*.Tests.ps1", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Repository.PathTo("tests", "Pester"), file))
            .Order(StringComparer.Ordinal)
            .DefaultIfEmpty(NotInstalled),
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task The_cmdlets_do_in_PowerShell_what_their_tests_say(string file)
    {
        Assert.False(file == NotInstalled, "tests/Pester holds no *.Tests.ps1, so no cmdlet is tested in PowerShell.");
        var module = Repository.PathTo("out", "PxxlPeriscope");
        Assert.True(
            File.Exists(Path.Combine(module, "PxxlPeriscope.psd1")),
            $"There is no module in {module}. Build the solution first: dotnet build");

        var shell = await PowerShell.Value;
        var (exitCode, written) = await ProcessRunner.RunAsync(
            shell.FileName,
            [.. shell.FirstArguments, "-NoProfile", "-NonInteractive", "-Command", Script],
            Variables(file, module),
            Limit,
            TestContext.Current.CancellationToken);

        output.WriteLine(written);
        var (passed, failed, skipped) = Counts(written);
        Assert.True(
            failed == 0 && exitCode == 0,
            $"{file}: {passed} passed, {failed} failed, {skipped} skipped, exit code {exitCode}.\n{FailingPart(written)}");
        Assert.True(passed > 0, $"{file}: Pester found no test that ran.\n{written}");
        // On the system that every change is tried on, everything can be tried.
        Assert.True(skipped == 0 || !OperatingSystem.IsLinux(), $"{file}: {skipped} tests were skipped.\n{written}");
    }

    private static string Script =>
        """
        $ErrorActionPreference = 'Stop'
        $ProgressPreference = 'SilentlyContinue'
        if ($PSStyle) { $PSStyle.OutputRendering = 'PlainText' }
        Import-Module -Name $env:PXXLPERISCOPE_PESTER
        $configuration = New-PesterConfiguration
        $configuration.Run.Path = $env:PXXLPERISCOPE_PESTER_FILE
        $configuration.Run.PassThru = $true
        $configuration.Output.Verbosity = 'Detailed'
        $configuration.Output.RenderMode = 'Plaintext'
        $configuration.TestResult.Enabled = $false
        $result = Invoke-Pester -Configuration $configuration
        # A block whose setup fails counts as well: its tests have not run.
        $failed = $result.FailedCount + $result.FailedBlocksCount + $result.FailedContainersCount
        "PESTER-COUNTS $($result.PassedCount) $failed $($result.SkippedCount + $result.NotRunCount)"
        exit [int]($failed -gt 0)
        """;

    private static Dictionary<string, string?> Variables(string file, string module) => new()
    {
        ["PXXLPERISCOPE_PESTER"] = typeof(PesterTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "Pester").Value,
        ["PXXLPERISCOPE_PESTER_FILE"] = Repository.PathTo("tests", "Pester", file),
        ["PXXLPERISCOPE_MODULE"] = module,
        ["PXXLPERISCOPE_SANDBOX"] = SandboxProgram(),
        ["NO_COLOR"] = "1",
        ["POWERSHELL_TELEMETRY_OPTOUT"] = "1",
        ["POWERSHELL_UPDATECHECK"] = "Off",
        // Pester runs each line once or twice, and instrumenting them for a later optimization takes a third of the processor time.
        ["DOTNET_TieredPGO"] = "0",
    };

    /// <summary>The sandbox as a program: its own build where there is one, since it lies there with all it needs.</summary>
    private static string SandboxProgram()
    {
        const string Name = "PxxlPeriscope.Sandbox.dll";
        var target = new DirectoryInfo(AppContext.BaseDirectory);
        var own = Repository.PathTo("tests", "PxxlPeriscope.Sandbox", "bin", target.Parent!.Name, target.Name, Name);
        return File.Exists(own) ? own : Path.Combine(AppContext.BaseDirectory, Name);
    }

    private static (int Passed, int Failed, int Skipped) Counts(string written) =>
        CountsLine().Match(written) is { Success: true } counts ? (Number(counts, 1), Number(counts, 2), Number(counts, 3)) : (0, 1, 0);

    private static int Number(Match match, int group) =>
        int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>The failed tests with what follows each, or the end where nothing says what failed.</summary>
    private static string FailingPart(string written)
    {
        var lines = written.Split('\n');
        var failing = new List<string>();
        var isFailing = false;
        foreach (var line in lines)
        {
            var text = line.TrimStart();
            isFailing = text.StartsWith("[-]", StringComparison.Ordinal) || (isFailing && !OtherResults.Any(text.StartsWith));
            if (isFailing)
            {
                failing.Add(line);
            }
        }

        return string.Join('\n', failing.Count > 0 ? failing : lines.TakeLast(40));
    }

    [GeneratedRegex(@"^PESTER-COUNTS (\d+) (\d+) (\d+)\s*$", RegexOptions.Multiline)]
    private static partial Regex CountsLine();
}
