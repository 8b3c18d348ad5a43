namespace PxxlPeriscope.Tests.Pester;

/// <summary>Runs the Pester tests of the cmdlets in PowerShell: one test per file of tests/Pester.</summary>
public sealed class PesterTests(PesterHosts hosts, ITestOutputHelper output) : IClassFixture<PesterHosts>
{
    private const string NotInstalled = "(none found)";

    /// <summary>The start of lines that do not belong to the failure above them.</summary>
    private static readonly string[] OtherResults = ["[+]", "[!]", "Describing ", "Context ", "Running ", "Tests "];

    /// <summary>The largest files first, so that none of them runs alone at the end.</summary>
    public static TheoryData<string> Files =>
        [
            .. Directory
                .EnumerateFiles(Repository.PathTo("tests", "Pester"), "*.Tests.ps1", SearchOption.AllDirectories)
                .OrderByDescending(file => new FileInfo(file).Length)
                .Select(file => Path.GetRelativePath(Repository.PathTo("tests", "Pester"), file))
                .DefaultIfEmpty(NotInstalled),
        ];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Pester_tests_pass_in_PowerShell(string file)
    {
        Assert.False(file == NotInstalled, "tests/Pester contains no *.Tests.ps1 files, so no cmdlet is tested in PowerShell.");

        var (written, counts) = await hosts.RunAsync(Repository.PathTo("tests", "Pester", file), TestContext.Current.CancellationToken);

        output.WriteLine(written);
        Assert.True(counts.HasValue, $"{file}: PowerShell ended before Pester finished.\n{FailingPart(written)}");
        var (passed, failed, skipped) = counts.Value;
        Assert.True(failed == 0, $"{file}: {passed} passed, {failed} failed, {skipped} skipped.\n{FailingPart(written)}");
        Assert.True(passed > 0, $"{file}: No test ran.\n{written}");
        // On Linux, where every change is tested, no test may be skipped.
        Assert.True(skipped == 0 || !OperatingSystem.IsLinux(), $"{file}: {skipped} tests were skipped.\n{written}");
    }

    /// <summary>The failed tests with their details, or the end of the output if it does not show a failure.</summary>
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
}
