using PxxlPeriscope.Ledger;

namespace PxxlPeriscope.Tests.Ledger;

/// <summary>Verifies the record of what was sent.</summary>
public sealed class DeliveryLedgerTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string File_ => _folder["sent.jsonl"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1002, 1002)]
    [InlineData(1003, 1)]
    public async Task It_is_compacted_when_most_lines_are_out_of_date_and_keeps_all_facts(int lines, int linesAfter)
    {
        var ledger = await OpenAsync();
        await ledger.RecordConfirmationAsync(SampleReports.Valid(), SandboxFixture.Ct);
        var line = File.ReadAllLines(File_).Last();
        File.AppendAllLines(File_, Enumerable.Repeat(line, lines - 1));

        var after = await OpenAsync();

        Assert.Equal(linesAfter, File.ReadAllLines(File_).Length - 1);
        Assert.True(after.HasConfirmed(SampleReports.Valid()));
        Assert.True((await OpenAsync()).HasConfirmed(SampleReports.Valid()));
    }

    [Fact]
    public async Task A_confirmation_of_another_process_is_known_after_a_refresh()
    {
        var (first, second) = (await OpenAsync(), await OpenAsync());

        await first.RecordConfirmationAsync(SampleReports.Valid(), SandboxFixture.Ct);
        Assert.False(second.HasConfirmed(SampleReports.Valid()));
        await second.RefreshAsync(SandboxFixture.Ct);

        Assert.True(second.HasConfirmed(SampleReports.Valid()));
    }

    private Task<DeliveryLedger> OpenAsync() => DeliveryLedger.OpenAsync(File_, TimeProvider.System, warn: null, SandboxFixture.Ct);
}
