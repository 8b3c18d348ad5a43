namespace PxxlPeriscope;

/// <summary>The errors of the folders that keep reports and state. After any of them nothing more is sent: it could not be remembered.</summary>
internal static class KeepingFailure
{
    internal static ServiceException TooNew(string path) => new(
        ServiceName.Periscope, FailureCause.StateTooNew, $"'{path}' was written by a newer version of PxxlPeriscope. It is left as it is.");

    internal static ServiceException Missing(string noun, string folder) => Unusable(
        noun, folder, new DirectoryNotFoundException(File.Exists(folder) ? "It is a file." : "It does not exist."));

    internal static ServiceException Unusable(string noun, string folder, Exception inner) => new(
        ServiceName.Periscope, FailureCause.StateUnusable, $"The {noun} folder '{folder}' cannot be used: {inner.Message}", inner);

    /// <summary>Whether something is the file system's refusal.</summary>
    internal static bool IsStorage(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>Does something with files of a folder; what the file system refuses becomes the folder's error.</summary>
    internal static T Guarded<T>(string noun, string folder, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception refused) when (IsStorage(refused))
        {
            throw Unusable(noun, folder, refused);
        }
    }

    /// <summary>As <see cref="Guarded"/>, for what may have to wait for other processes.</summary>
    internal static async Task<T> GuardedAsync<T>(string noun, string folder, Func<Task<T>> action)
    {
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (Exception refused) when (IsStorage(refused))
        {
            throw Unusable(noun, folder, refused);
        }
    }

    /// <summary>The folder, which must be there and take files. A wrong path must not begin a new, empty memory in silence.</summary>
    internal static string Require(string noun, string folder) => Guarded(noun, folder, () =>
    {
        if (!Directory.Exists(folder))
        {
            throw Missing(noun, folder);
        }

        AtomicFile.Probe(folder);
        return Path.GetFullPath(folder);
    });
}
