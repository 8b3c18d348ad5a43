using System.Text;

namespace PxxlPeriscope.Tests;

/// <summary>Files that are there whole or not at all.</summary>
public sealed class SafeFileTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_written_is_there_under_its_name_and_nothing_else_is()
    {
        Write("new", "a");
        Write("new", "ab");

        Assert.Equal("ab", File.ReadAllText(_folder["new"]));
        Assert.Equal([_folder["new"]], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void What_fails_in_the_middle_leaves_what_was_there_before()
    {
        Write("kept", "before");

        Assert.Throws<IOException>(() => SafeFile.Write(_folder["kept"], file =>
        {
            file.Write(new byte[10_000], 0, 10_000);
            throw new IOException("The disk is full.");
        }));

        Assert.Equal("before", File.ReadAllText(_folder["kept"]));
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void What_is_set_aside_overwrites_nothing_that_was_set_aside_before()
    {
        foreach (var content in new[] { "first", "second", "third" })
        {
            Write("state", content);
            SafeFile.SetAside(_folder["state"], "damaged");
        }

        Assert.Equal(
            ["state.damaged-2=second", "state.damaged-3=third", "state.damaged=first"],
            Directory.GetFiles(_folder.Path).Select(path => $"{Path.GetFileName(path)}={File.ReadAllText(path)}").Order(StringComparer.Ordinal));
        Assert.Null(SafeFile.SetAside(_folder["state"], "damaged"));
    }

    [Fact]
    public void A_folder_is_tried_without_leaving_anything_in_it()
    {
        SafeFile.Probe(_folder.Path);

        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
        Assert.ThrowsAny<IOException>(() => SafeFile.Probe(_folder["missing"]));
    }

    [Fact]
    public void Only_what_a_process_surely_left_behind_is_removed()
    {
        Write("item.json", "kept");
        Write("old.json.1.tmp", "left behind");
        Write("new.json.2.tmp", "being written");
        File.SetLastWriteTimeUtc(_folder["old.json.1.tmp"], DateTime.UtcNow.AddDays(-2));

        SafeFile.RemoveLeftovers(_folder.Path, DateTime.UtcNow);

        Assert.Equal(["item.json", "new.json.2.tmp"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private void Write(string name, string text) => SafeFile.Write(_folder[name], file =>
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        file.Write(bytes, 0, bytes.Length);
    });
}
