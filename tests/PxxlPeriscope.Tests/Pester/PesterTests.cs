namespace PxxlPeriscope.Tests.Pester;

/// <summary>The cmdlets, in a real PowerShell: one test per file of tests/Pester.</summary>
public sealed class PesterTests(PesterHosts hosts, ITestOutputHelper output) : IClassFixture<PesterHosts>
{
    private const string NotInstalled = "(none found)";

    /// <summary>What begins a line that does not belong to the failure before it.</summary>
    private static readonly string[] OtherResults = ["[+]", "[!]", "Describing ", "Context ", "Running ", "Tests "];

    /// <summary>The largest first, so that none of them is left for the end, where it would run alone.</summary>
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
    public async Task The_cmdlets_do_in_PowerShell_what_their_tests_say(string file)
    {
        Assert.False(file == NotInstalled, "tests/Pester holds no *.Tests.ps1, so no cmdlet is tested in PowerShell.");

        var (written, counts) = await hosts.RunAsync(Repository.PathTo("tests", "Pester", file), TestContext.Current.CancellationToken);

        output.WriteLine(written);
        Assert.True(counts.HasValue, $"{file}: PowerShell ended before Pester did.\n{FailingPart(written)}");
        var (passed, failed, skipped) = counts.Value;
        Assert.True(failed == 0, $"{file}: {passed} passed, {failed} failed, {skipped} skipped.\n{FailingPart(written)}");
        Assert.True(passed > 0, $"{file}: Pester found no test that ran.\n{written}");
        // On the system that every change is tried on, everything can be tried.
        Assert.True(skipped == 0 || !OperatingSystem.IsLinux(), $"{file}: {skipped} tests were skipped.\n{written}");
    }

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
}
