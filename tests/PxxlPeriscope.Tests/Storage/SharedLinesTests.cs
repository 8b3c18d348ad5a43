using System.Text.Json;

namespace PxxlPeriscope.Tests;

/// <summary>A file of lines that several processes write and follow.</summary>
public sealed class SharedLinesTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    private string File_ => _folder["lines.jsonl"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Everyone_sees_what_the_others_add()
    {
        var (first, second) = (new Reader(File_), new Reader(File_));

        first.Add("a");
        second.Add("b");
        first.Add("c");
        second.Lines.Follow();

        Assert.Equal(["a", "b", "c"], new Reader(File_).Seen);
        // One's own lines are known already, and come neither twice nor out of the others' order.
        Assert.Equal(["b"], first.Seen);
        Assert.Equal(["a", "c"], second.Seen);
    }

    [Fact]
    public void Many_writers_at_once_lose_no_line()
    {
        using var start = new Barrier(4);
        var threads = Enumerable.Range(0, 4).Select(writer => new Thread(() =>
        {
            var lines = new Reader(File_);
            start.SignalAndWait();
            for (var number = 0; number < 50; number++)
            {
                lines.Add($"{writer}-{number}");
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.Equal(200, new Reader(File_).Seen.Distinct().Count());
    }

    [Theory]
    [InlineData("{\"text\":\"ha")]
    [InlineData("{")]
    [InlineData("\0\0\0")]
    public void What_a_killed_writer_left_is_no_line_and_harms_no_later_one(string half)
    {
        new Reader(File_).Add("a");
        File.AppendAllText(File_, half);

        var after = new Reader(File_);
        after.Add("b");

        Assert.Null(after.Aside);
        Assert.Equal(["a", "b"], new Reader(File_).Seen);
    }

    [Fact]
    public void A_killed_writer_that_had_only_begun_the_first_line_harms_nothing()
    {
        File.WriteAllText(File_, "{\"version\":1,\"ma");

        new Reader(File_).Add("a");

        Assert.Equal(["a"], new Reader(File_).Seen);
    }

    [Theory]
    [InlineData("nonsense\n")]
    [InlineData("{\"other\":1}\n")]
    [InlineData("[1]\n")]
    public void A_damaged_file_is_set_aside_and_what_can_be_read_of_it_is_read(string line)
    {
        var before = new Reader(File_);
        before.Add("a");
        File.AppendAllText(File_, line);
        before = new Reader(File_, open: false);
        File.AppendAllText(File_, "{\"text\":\"b\"}\n");

        var after = new Reader(File_);

        Assert.Equal(["a", "b"], after.Seen);
        Assert.Equal(File_ + ".damaged", after.Aside);
        Assert.Contains(line, File.ReadAllText(File_ + ".damaged"), StringComparison.Ordinal);
        Assert.False(File.Exists(File_));
    }

    [Fact]
    public void Written_anew_by_another_it_is_read_anew()
    {
        var (first, second) = (new Reader(File_), new Reader(File_));
        first.Add("a");
        first.Add("b");
        second.Lines.Follow();

        first.Lines.Replace([Line("only")]);
        second.Seen.Clear();
        second.Lines.Follow();

        Assert.True(second.WasForgotten);
        Assert.Equal(["only"], second.Seen);
        second.Add("more");
        Assert.Equal(["only", "more"], new Reader(File_).Seen);
    }

    [Fact]
    public void A_file_of_a_newer_version_is_refused_and_left_as_it_is()
    {
        const string newer = "{\"version\":2,\"mark\":\"x\"}\n{\"whatever\":1}\n";
        File.WriteAllText(File_, newer);

        Assert.Throws<NotSupportedException>(() => new Reader(File_));
        Assert.Equal(newer, File.ReadAllText(File_));
    }

    private static Action<Utf8JsonWriter> Line(string text) => json =>
    {
        json.WriteStartObject();
        json.WriteString("text", text);
        json.WriteEndObject();
    };

    private sealed class Reader
    {
        public Reader(string path, bool open = true)
        {
            Lines = new SharedLines(path, 1, Take, () => WasForgotten = true, () => new NotSupportedException());
            if (open)
            {
                Aside = Lines.Open();
            }
        }

        public SharedLines Lines { get; }

        public List<string> Seen { get; } = [];

        public string? Aside { get; }

        public bool WasForgotten { get; private set; }

        public void Add(string text) => Lines.Add(Line(text));

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
