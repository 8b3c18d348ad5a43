namespace PxxlPeriscope.Storage;

/// <summary>
/// The errors of folders that store reports and state. After any of them nothing more is sent, because it could not be recorded.
/// </summary>
internal static class StateErrors
{
    internal static ServiceException TooNew(string path) =>
        new(
            ServiceName.Periscope,
            StateFailure.StateTooNew,
            $"'{path}' was written by a newer version of PxxlPeriscope. The file was not changed."
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

    /// <summary>Whether an exception is an error of the file system.</summary>
    internal static bool IsStorageError(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>Runs an action on files of a folder and converts file system errors to errors of the folder.</summary>
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

    /// <summary>The asynchronous form of <see cref="WrapErrors"/>.</summary>
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

    /// <summary>Returns the folder, which must exist and be writable. A wrong path must not silently start with empty data.</summary>
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
