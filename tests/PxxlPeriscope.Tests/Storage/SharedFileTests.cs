using System.Text;
using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Tests.Storage;

/// <summary>Files that other processes read while they are written, replaced and deleted.</summary>
public sealed class SharedFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string File_ => _folder["file"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_can_be_replaced_while_it_is_read_and_the_reader_keeps_the_old_content()
    {
        File.WriteAllText(File_, "before");
        using var reader = await SharedFile.OpenAsync(File_, FileMode.Open, FileAccess.Read, SandboxFixture.Ct);

        await AtomicFile.WriteAsync(File_, file => file.Write("after"u8), SandboxFixture.Ct);

        Assert.Equal("before", Encoding.UTF8.GetString(SharedFile.ReadToEnd(reader)));
        Assert.Equal("after", Encoding.UTF8.GetString((await SharedFile.ReadAsync(File_, isExpected: true, SandboxFixture.Ct))!));
    }

    [Fact]
    public async Task A_file_can_be_deleted_while_it_is_read()
    {
        File.WriteAllText(File_, "content");
        using (await SharedFile.OpenAsync(File_, FileMode.Open, FileAccess.Read, SandboxFixture.Ct))
        {
            Assert.True(await SharedFile.DeleteAsync(File_, SandboxFixture.Ct));
        }

        Assert.False(await SharedFile.DeleteAsync(File_, SandboxFixture.Ct));
        Assert.Null(await SharedFile.ReadAsync(File_, isExpected: true, SandboxFixture.Ct));
    }

    [Theory]
    [InlineData("read")]
    [InlineData("replace")]
    [InlineData("delete")]
    [InlineData("quarantine")]
    public async Task An_exclusively_opened_file_is_waited_for_if_the_system_requires_it(string what)
    {
        File.WriteAllText(File_, "before");
        var other = new FileStream(File_, FileMode.Open, FileAccess.Read, FileShare.None);

        Task waiting = what switch
        {
            "read" => SharedFile.ReadAsync(File_, isExpected: true, SandboxFixture.Ct),
            "replace" => AtomicFile.WriteAsync(File_, file => file.Write("after"u8), SandboxFixture.Ct),
            "delete" => SharedFile.DeleteAsync(File_, SandboxFixture.Ct),
            _ => AtomicFile.QuarantineAsync(File_, "damaged", SandboxFixture.Ct),
        };

        // Unix permits all operations; only reading fails, because .NET itself prevents it.
        if (OperatingSystem.IsWindows())
        {
            Assert.False(waiting.IsCompleted);
        }

        other.Dispose();
        await waiting;
        Assert.Equal(what is "read" or "replace", File.Exists(File_));
    }

    [Fact]
    public async Task The_wait_for_a_file_with_restricted_sharing_ends_immediately_on_cancellation()
    {
        File.WriteAllText(File_, "before");
        using var stop = new CancellationTokenSource();
        Exception? ending;
        using (new FileStream(File_, FileMode.Open, FileAccess.Read, FileShare.Read))
        {
            var waiting = AtomicFile.WriteAsync(File_, file => file.Write("after"u8), stop.Token);
            await stop.CancelAsync();
            ending = await Record.ExceptionAsync(() => waiting);
        }

        // Unix permits this.
        Assert.Equal(OperatingSystem.IsWindows(), ending is OperationCanceledException);
        Assert.Equal(OperatingSystem.IsWindows() ? "before" : "after", File.ReadAllText(File_));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }
}
