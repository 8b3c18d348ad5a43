namespace PxxlPeriscope.Tests.Storage;

/// <summary>A file of lines that several processes append to and read.</summary>
public sealed class JsonLinesFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string File_ => _folder["lines.jsonl"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_process_reads_the_lines_of_the_others()
    {
        var (first, second) = (await LinesReader.OpenAsync(File_), await LinesReader.OpenAsync(File_));

        await first.AddAsync("a");
        await second.AddAsync("b");
        await first.AddAsync("c");
        await second.Lines.ReadNewLinesAsync(SandboxFixture.Ct);

        Assert.Equal(["a", "b", "c"], (await LinesReader.OpenAsync(File_)).Seen);
        // The lines of this process are already processed, and are not processed twice or out of order.
        Assert.Equal(["b"], first.Seen);
        Assert.Equal(["a", "c"], second.Seen);
    }

    [Fact]
    public async Task Concurrent_writers_lose_no_line()
    {
        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(writer =>
                    Task.Factory.StartNew(
                            async () =>
                            {
                                var lines = await LinesReader.OpenAsync(File_);
                                for (var number = 0; number < 50; number++)
                                {
                                    await lines.AddAsync($"{writer}-{number}");
                                }
                            },
                            SandboxFixture.Ct,
                            TaskCreationOptions.LongRunning,
                            TaskScheduler.Default
                        )
                        .Unwrap()
                )
        );

        Assert.Equal(200, (await LinesReader.OpenAsync(File_)).Seen.Distinct().Count());
    }

    [Theory]
    [InlineData("{\"text\":\"ha")]
    [InlineData("{")]
    [InlineData("\0\0\0")]
    [InlineData("{\"text\":\"a report that is longer than the one that is written next")]
    public async Task An_incomplete_line_of_a_killed_writer_is_ignored_and_does_not_affect_later_lines(string half)
    {
        await (await LinesReader.OpenAsync(File_)).AddAsync("a");
        File.AppendAllText(File_, half);

        var after = await LinesReader.OpenAsync(File_);
        await after.AddAsync("b");

        Assert.Null(after.Aside);
        Assert.Equal(["a", "b"], (await LinesReader.OpenAsync(File_)).Seen);
        Assert.EndsWith("{\"text\":\"a\"}\n{\"text\":\"b\"}\n", File.ReadAllText(File_), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_incomplete_first_line_of_a_killed_writer_is_ignored()
    {
        File.WriteAllText(File_, "{\"version\":1,\"ma");

        await (await LinesReader.OpenAsync(File_)).AddAsync("a");

        Assert.Equal(["a"], (await LinesReader.OpenAsync(File_)).Seen);
    }

    [Theory]
    [InlineData("nonsense\n")]
    [InlineData("{\"other\":1}\n")]
    [InlineData("[1]\n")]
    public async Task A_damaged_file_is_copied_and_its_valid_lines_are_read(string line)
    {
        await (await LinesReader.OpenAsync(File_)).AddAsync("a");
        File.AppendAllText(File_, line);
        File.AppendAllText(File_, "{\"text\":\"b\"}\n");

        var after = await LinesReader.OpenAsync(File_);

        Assert.Equal(["a", "b"], after.Seen);
        Assert.Equal(File_ + ".damaged", after.Aside);
        Assert.Contains(line, File.ReadAllText(File_ + ".damaged"), StringComparison.Ordinal);
        Assert.DoesNotContain(line, File.ReadAllText(File_), StringComparison.Ordinal);
        var again = await LinesReader.OpenAsync(File_);
        Assert.Equal(["a", "b"], again.Seen);
        Assert.Null(again.Aside);
    }

    [Fact]
    public async Task A_file_with_an_even_number_of_damaged_lines_is_damaged()
    {
        await (await LinesReader.OpenAsync(File_)).AddAsync("a");
        File.AppendAllText(File_, "nonsense\nnonsense\n{\"text\":\"b\"}\n");

        var after = await LinesReader.OpenAsync(File_);

        Assert.Equal(["a", "b"], after.Seen);
        Assert.Equal(File_ + ".damaged", after.Aside);
    }

    [Fact]
    public async Task A_file_that_starts_with_an_empty_line_is_damaged_and_not_empty()
    {
        await (await LinesReader.OpenAsync(File_)).AddAsync("a");
        var damaged = "\n" + File.ReadAllText(File_);
        File.WriteAllText(File_, damaged);

        var after = await LinesReader.OpenAsync(File_);

        Assert.Equal(["a"], after.Seen);
        Assert.Equal(damaged, File.ReadAllText(after.Aside!));
    }

    [Fact]
    public async Task A_read_only_file_is_read_without_changes()
    {
        await (await LinesReader.OpenAsync(File_)).AddAsync("a");
        File.AppendAllText(File_, "nonsense\n{\"text\":\"b\"}\n{\"te");
        File.Delete(File_ + ".lock");
        var before = File.ReadAllText(File_);

        var reader = await LinesReader.OpenReadOnlyAsync(File_);

        Assert.Equal(["a", "b"], reader.Seen);
        Assert.Equal(before, File.ReadAllText(File_));
        Assert.Equal([File_], Directory.GetFileSystemEntries(_folder.Path));
        Assert.Empty((await LinesReader.OpenReadOnlyAsync(_folder["missing"])).Seen);
    }

    [Fact]
    public async Task Every_line_is_counted_once_regardless_of_its_writer()
    {
        var first = await LinesReader.OpenAsync(File_);
        await first.AddAsync("a");
        await first.AddAsync("a");
        Assert.Equal(2, first.Lines.Count);

        var second = await LinesReader.OpenAsync(File_);
        Assert.Equal(2, second.Lines.Count);
        await second.AddAsync("b");

        await first.AddAsync("c");
        Assert.Equal(4, first.Lines.Count);
        await second.Lines.ReadNewLinesAsync(SandboxFixture.Ct);
        Assert.Equal(4, second.Lines.Count);
    }

    [Fact]
    public async Task A_file_of_a_newer_version_is_rejected_and_not_changed()
    {
        const string newer = "{\"version\":2,\"mark\":\"x\"}\n{\"whatever\":1}\n";
        File.WriteAllText(File_, newer);

        await Assert.ThrowsAsync<NotSupportedException>(() => LinesReader.OpenAsync(File_));
        Assert.Equal(newer, File.ReadAllText(File_));
    }

    [Fact]
    public async Task A_file_that_is_too_long_is_compacted_when_opened()
    {
        var first = await LinesReader.OpenAsync(File_);
        await first.AddAsync("a");
        await first.AddAsync("a");
        await first.AddAsync("b");

        var second = await LinesReader.OpenAsync(File_, isDue: true);

        Assert.Equal(2, second.Lines.Count);
        Assert.Equal(["a", "b"], (await LinesReader.OpenAsync(File_)).Seen);
        await first.Lines.ReadNewLinesAsync(SandboxFixture.Ct);
        Assert.True(first.WasForgotten);
    }

    [Fact]
    public async Task A_compaction_includes_lines_that_another_process_added()
    {
        var (first, second) = (await LinesReader.OpenAsync(File_), await LinesReader.OpenAsync(File_));
        await first.AddAsync("a");
        await second.AddAsync("b");

        await first.Lines.CompactAsync(() => first.Seen.Append("a").Select(LinesReader.Line), SandboxFixture.Ct);

        Assert.Equal(["b", "a"], (await LinesReader.OpenAsync(File_)).Seen);
    }
}
