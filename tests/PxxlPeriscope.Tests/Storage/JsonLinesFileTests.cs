using System.Text.Json;
using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Tests.Storage;

/// <summary>A file of lines that several processes write and follow.</summary>
public sealed class JsonLinesFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string File_ => _folder["lines.jsonl"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Everyone_sees_what_the_others_add()
    {
        var (first, second) = (await Reader.OpenAsync(File_), await Reader.OpenAsync(File_));

        await first.AddAsync("a");
        await second.AddAsync("b");
        await first.AddAsync("c");
        await second.Lines.ReadNewLinesAsync(SandboxFixture.Ct);

        Assert.Equal(["a", "b", "c"], (await Reader.OpenAsync(File_)).Seen);
        // One's own lines are known already, and come neither twice nor out of the others' order.
        Assert.Equal(["b"], first.Seen);
        Assert.Equal(["a", "c"], second.Seen);
    }

    [Fact]
    public async Task Many_writers_at_once_lose_no_line()
    {
        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(writer =>
                    Task.Factory.StartNew(
                            async () =>
                            {
                                var lines = await Reader.OpenAsync(File_);
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

        Assert.Equal(200, (await Reader.OpenAsync(File_)).Seen.Distinct().Count());
    }

    [Theory]
    [InlineData("{\"text\":\"ha")]
    [InlineData("{")]
    [InlineData("\0\0\0")]
    public async Task What_a_killed_writer_left_is_no_line_and_harms_no_later_one(string half)
    {
        await (await Reader.OpenAsync(File_)).AddAsync("a");
        File.AppendAllText(File_, half);

        var after = await Reader.OpenAsync(File_);
        await after.AddAsync("b");

        Assert.Null(after.Aside);
        Assert.Equal(["a", "b"], (await Reader.OpenAsync(File_)).Seen);
    }

    [Fact]
    public async Task A_killed_writer_that_had_only_begun_the_first_line_harms_nothing()
    {
        File.WriteAllText(File_, "{\"version\":1,\"ma");

        await (await Reader.OpenAsync(File_)).AddAsync("a");

        Assert.Equal(["a"], (await Reader.OpenAsync(File_)).Seen);
    }

    [Theory]
    [InlineData("nonsense\n")]
    [InlineData("{\"other\":1}\n")]
    [InlineData("[1]\n")]
    public async Task A_damaged_file_is_set_aside_and_what_can_be_read_of_it_is_read(string line)
    {
        await (await Reader.OpenAsync(File_)).AddAsync("a");
        File.AppendAllText(File_, line);
        File.AppendAllText(File_, "{\"text\":\"b\"}\n");

        var after = await Reader.OpenAsync(File_);

        Assert.Equal(["a", "b"], after.Seen);
        Assert.Equal(File_ + ".damaged", after.Aside);
        Assert.Contains(line, File.ReadAllText(File_ + ".damaged"), StringComparison.Ordinal);
        Assert.DoesNotContain(line, File.ReadAllText(File_), StringComparison.Ordinal);
        var again = await Reader.OpenAsync(File_);
        Assert.Equal(["a", "b"], again.Seen);
        Assert.Null(again.Aside);
    }

    [Fact]
    public async Task Written_anew_by_another_it_is_read_anew()
    {
        var (first, second) = (await Reader.OpenAsync(File_), await Reader.OpenAsync(File_));
        await first.AddAsync("a");
        await first.AddAsync("b");
        await second.Lines.ReadNewLinesAsync(SandboxFixture.Ct);

        await first.Lines.CompactAsync(() => [Line("only")], SandboxFixture.Ct);
        second.Seen.Clear();
        await second.Lines.ReadNewLinesAsync(SandboxFixture.Ct);

        Assert.True(second.WasForgotten);
        Assert.Equal(["only"], second.Seen);
        await second.AddAsync("more");
        Assert.Equal(["only", "more"], (await Reader.OpenAsync(File_)).Seen);
    }

    [Fact]
    public async Task A_file_of_a_newer_version_is_refused_and_left_as_it_is()
    {
        const string newer = "{\"version\":2,\"mark\":\"x\"}\n{\"whatever\":1}\n";
        File.WriteAllText(File_, newer);

        await Assert.ThrowsAsync<NotSupportedException>(() => Reader.OpenAsync(File_));
        Assert.Equal(newer, File.ReadAllText(File_));
    }

    private static Action<Utf8JsonWriter> Line(string text) =>
        json =>
        {
            json.WriteStartObject();
            json.WriteString("text", text);
            json.WriteEndObject();
        };

    [Fact]
    public async Task What_is_opened_too_long_is_written_anew_with_what_counts()
    {
        var first = await Reader.OpenAsync(File_);
        await first.AddAsync("a");
        await first.AddAsync("a");
        await first.AddAsync("b");

        var second = await Reader.OpenAsync(File_, isDue: true);

        Assert.Equal(2, second.Lines.Count);
        Assert.Equal(["a", "b"], (await Reader.OpenAsync(File_)).Seen);
        await first.Lines.ReadNewLinesAsync(SandboxFixture.Ct);
        Assert.True(first.WasForgotten);
    }

    [Fact]
    public async Task What_another_adds_before_a_compaction_is_in_it()
    {
        var (first, second) = (await Reader.OpenAsync(File_), await Reader.OpenAsync(File_));
        await first.AddAsync("a");
        await second.AddAsync("b");

        await first.Lines.CompactAsync(() => first.Seen.Append("a").Select(Line), SandboxFixture.Ct);

        Assert.Equal(["b", "a"], (await Reader.OpenAsync(File_)).Seen);
    }

    private sealed class Reader
    {
        private Reader(string path) =>
            Lines = new JsonLinesFile(path, 1, Take, () => WasForgotten = true, () => new NotSupportedException());

        public static async Task<Reader> OpenAsync(string path, bool isDue = false)
        {
            var reader = new Reader(path);
            reader.Aside = await reader.Lines.OpenAsync(() => isDue, () => reader.Seen.Distinct().Select(Line), SandboxFixture.Ct);
            return reader;
        }

        public JsonLinesFile Lines { get; }

        public List<string> Seen { get; } = [];

        public string? Aside { get; private set; }

        public bool WasForgotten { get; private set; }

        public Task AddAsync(string text) => Lines.AppendAsync(Line(text), isDurable: false, SandboxFixture.Ct);

        private bool Take(JsonElement line)
        {
            if (line.ValueKind != JsonValueKind.Object || !line.TryGetProperty("text", out var text))
            {
                return false;
            }

            Seen.Add(text.GetString()!);
            return true;
        }
    }
}
