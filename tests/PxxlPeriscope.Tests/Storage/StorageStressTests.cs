using PxxlPeriscope.Tests.Pester;

namespace PxxlPeriscope.Tests.Storage;

/// <summary>Two processes use the same files as fast as possible: no operation fails and no data is lost.</summary>
public sealed class StorageStressTests(ITestOutputHelper output) : IDisposable
{
    private const int Operations = 60;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("outbox")]
    [InlineData("state")]
    [InlineData("ledger")]
    [InlineData("runlock")]
    public async Task Two_processes_do_not_interfere_with_each_other(string scenario)
    {
        var program = Path.Combine(
            AppContext.BaseDirectory,
            OperatingSystem.IsWindows() ? "PxxlPeriscope.StorageStress.exe" : "PxxlPeriscope.StorageStress"
        );

        var (exitCode, written) = await ProcessRunner.RunAsync(
            program,
            ["run", _folder.Path, $"{Operations}", scenario],
            new Dictionary<string, string?>(),
            TimeSpan.FromMinutes(5),
            TestContext.Current.CancellationToken
        );

        output.WriteLine(written);
        Assert.Contains($"{scenario} afterwards 1 operations, 0 failed.", written, StringComparison.Ordinal);
        Assert.True(exitCode == 0, written);
    }
}
