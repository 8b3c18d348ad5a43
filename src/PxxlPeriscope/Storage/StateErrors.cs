namespace PxxlPeriscope.Storage;

/// <summary>The errors of the folders that keep reports and state. After any of them nothing more is sent: it could not be remembered.</summary>
internal static class StateErrors
{
    internal static ServiceException TooNew(string path) =>
        new(
            ServiceName.Periscope,
            StateFailure.StateTooNew,
            $"'{path}' was written by a newer version of PxxlPeriscope. It is left as it is."
        );

    internal static ServiceException FolderMissing(string folderKind, string folder) =>
        Unusable(folderKind, folder, new DirectoryNotFoundException(File.Exists(folder) ? "It is a file." : "It does not exist."));

    internal static ServiceException Unusable(string folderKind, string folder, Exception inner) =>
        new(
            ServiceName.Periscope,
            StateFailure.StateUnusable,
            $"The {folderKind} folder '{folder}' cannot be used: {inner.Message}",
            inner
        );

    /// <summary>Whether something is the file system's refusal.</summary>
    internal static bool IsStorageError(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>Does something with files of a folder; what the file system refuses becomes the folder's error.</summary>
    internal static T WrapErrors<T>(string folderKind, string folder, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (IsStorageError(exception))
        {
            throw Unusable(folderKind, folder, exception);
        }
    }

    /// <summary>As <see cref="WrapErrors"/>, for what may have to wait for other processes.</summary>
    internal static async Task<T> GuardedAsync<T>(string folderKind, string folder, Func<Task<T>> action)
    {
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (Exception exception) when (IsStorageError(exception))
        {
            throw Unusable(folderKind, folder, exception);
        }
    }

    /// <summary>The folder, which must be there and take files. A wrong path must not begin a new, empty memory in silence.</summary>
    internal static string RequireWritableFolder(string folderKind, string folder) =>
        WrapErrors(
            folderKind,
            folder,
            () =>
            {
                if (!Directory.Exists(folder))
                {
                    throw FolderMissing(folderKind, folder);
                }

                AtomicFile.Probe(folder);
                return Path.GetFullPath(folder);
            }
        );
}
