using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Tests.Storage;

/// <summary>A file of lines that another process replaces while it is in use.</summary>
public sealed class JsonLinesReplacedTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string File_ => _folder["lines.jsonl"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_that_another_process_rewrote_is_read_again()
    {
        var (first, second) = (await LinesReader.OpenAsync(File_), await LinesReader.OpenAsync(File_));
        await first.AddAsync("a");
        await first.AddAsync("b");
        await second.Lines.ReadNewLinesAsync(SandboxFixture.Ct);

        await first.CompactAsync("only");
        second.Seen.Clear();
        await second.Lines.ReadNewLinesAsync(SandboxFixture.Ct);

        Assert.True(second.WasForgotten);
        Assert.Equal(["only"], second.Seen);
        await second.AddAsync("more");
        Assert.Equal(["only", "more"], (await LinesReader.OpenAsync(File_)).Seen);
    }

    [Theory]
    [InlineData("A line that is longer than what was there before, so that the length alone does not tell.")]
    [InlineData("b")]
    [InlineData("")]
    public async Task A_file_that_another_process_rewrote_is_read_again_regardless_of_its_length(string text)
    {
        var (first, second) = (await LinesReader.OpenAsync(File_), await LinesReader.OpenAsync(File_));
        await first.AddAsync("a");
        await second.Lines.ReadNewLinesAsync(SandboxFixture.Ct);

        await first.CompactAsync(text);
        second.Seen.Clear();
        await second.Lines.ReadNewLinesAsync(SandboxFixture.Ct);

        Assert.True(second.WasForgotten);
        Assert.Equal([text], second.Seen);
        Assert.Equal(1, second.Lines.Count);
    }

    [Fact]
    public async Task A_restored_older_copy_of_the_file_is_read_again_and_continued()
    {
        var reader = await LinesReader.OpenAsync(File_);
        await reader.AddAsync("a");
        var copy = File.ReadAllBytes(File_);
        await reader.AddAsync("b");

        File.WriteAllBytes(File_, copy);
        await reader.AddAsync("c");

        Assert.True(reader.WasForgotten);
        Assert.Equal(2, reader.Lines.Count);
        var after = await LinesReader.OpenAsync(File_);
        Assert.Equal(["a", "c"], after.Seen);
        Assert.Null(after.Aside);
    }

    [Fact]
    public async Task A_deleted_file_is_created_again()
    {
        var reader = await LinesReader.OpenAsync(File_);
        await reader.AddAsync("a");

        File.Delete(File_);
        await reader.Lines.ReadNewLinesAsync(SandboxFixture.Ct);
        await reader.AddAsync("b");

        Assert.Equal(1, reader.Lines.Count);
        Assert.Equal(["b"], (await LinesReader.OpenAsync(File_)).Seen);
    }

    [Fact]
    public async Task A_failed_compaction_causes_an_error_and_the_file_remains_usable()
    {
        var reader = await LinesReader.OpenAsync(File_);
        await reader.AddAsync("a");
        await reader.AddAsync("a");

        await Assert.ThrowsAsync<IOException>(() =>
            reader.Lines.CompactAsync(() => [LinesReader.Line("a"), _ => throw new IOException("The disk is full.")], SandboxFixture.Ct)
        );

        Assert.Equal(2, reader.Lines.Count);
        await reader.AddAsync("b");
        Assert.False(reader.WasForgotten);
        Assert.Equal(["a", "a", "b"], (await LinesReader.OpenAsync(File_)).Seen);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("[1]")]
    [InlineData("{}")]
    [InlineData("{\"mark\":1}")]
    [InlineData("{\"version\":1,\"mark\":\"ha")]
    [InlineData("\n{\"version\":1,\"mark\":\"x\"}")]
    public void A_first_line_that_is_not_valid_has_no_mark(string text)
    {
        File.WriteAllText(File_, text);
        using var file = File.OpenRead(File_);

        Assert.Null(JsonLine.MarkOf(file));
    }
}
