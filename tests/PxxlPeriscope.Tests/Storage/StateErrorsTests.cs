using PxxlPeriscope.Outbox;
using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Tests.Storage;

/// <summary>A folder that cannot be used causes an error before anything is sent.</summary>
public sealed class StateErrorsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public static bool IsLinux => OperatingSystem.IsLinux();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("missing", "It does not exist.")]
    [InlineData("file", "It is a file.")]
    public async Task A_path_that_is_not_a_folder_is_rejected_with_the_reason(string name, string reason)
    {
        File.WriteAllText(_folder["file"], "content");

        foreach (
            var open in new[]
            {
                () => ReportOutbox.OpenAsync(_folder[name], SandboxFixture.Ct),
                () => ReportOutbox.OpenReadOnlyAsync(_folder[name], SandboxFixture.Ct),
            }
        )
        {
            var error = await Assert.ThrowsAsync<ServiceException>(open);
            Assert.Equal(StateFailure.StateUnusable, error.Cause);
            Assert.Equal($"The outbox folder '{_folder[name]}' cannot be used: {reason}", error.Message);
        }

        Assert.Equal([_folder["file"]], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact(Skip = "Requires a folder that cannot be written, such as /proc on Linux.", SkipUnless = nameof(IsLinux))]
    public void A_folder_that_cannot_be_written_is_rejected()
    {
        var error = Assert.Throws<ServiceException>(() => StateErrors.RequireWritableFolder("state", "/proc/self"));

        Assert.Equal(StateFailure.StateUnusable, error.Cause);
        Assert.StartsWith("The state folder '/proc/self' cannot be used: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_system_error_is_reported_as_an_error_of_the_folder()
    {
        foreach (
            var refusal in new Exception[] { new IOException("The disk is full."), new UnauthorizedAccessException("It is read-only.") }
        )
        {
            var errors = new[]
            {
                Assert.Throws<ServiceException>(() => StateErrors.WrapErrors<int>("outbox", "folder", () => throw refusal)),
                await Assert.ThrowsAsync<ServiceException>(() => StateErrors.GuardedAsync<int>("outbox", "folder", () => throw refusal)),
            };

            Assert.All(
                errors,
                error =>
                    Assert.Equal(
                        (StateFailure.StateUnusable, $"The outbox folder 'folder' cannot be used: {refusal.Message}", refusal),
                        (error.Cause, error.Message, error.InnerException)
                    )
            );
        }
    }

    [Fact]
    public async Task Other_exceptions_are_not_converted()
    {
        var error = new InvalidOperationException();

        Assert.Same(
            error,
            Assert.Throws<InvalidOperationException>(() => StateErrors.WrapErrors<int>("outbox", "folder", () => throw error))
        );
        Assert.Same(
            error,
            await Assert.ThrowsAsync<InvalidOperationException>(() => StateErrors.GuardedAsync<int>("outbox", "folder", () => throw error))
        );
    }
}
