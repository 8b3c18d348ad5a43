namespace PxxlPeriscope.StorageStress;

/// <summary>Counts operations, and those of them that failed.</summary>
internal sealed class Tally
{
    public int Operations { get; private set; }

    public int Failures { get; private set; }

    /// <summary>Why the first one failed, in one line.</summary>
    public string FirstFailure { get; private set; } = string.Empty;

    /// <summary>Does an operation. It fails by any exception, also one that says that what it read is wrong.</summary>
    public async Task CountAsync(Func<Task> operation)
    {
        Operations++;
        try
        {
            await operation();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Fail($"{exception.GetType().Name} 0x{exception.HResult:x8}: {exception.Message}");
        }
    }

    public void Fail(string why)
    {
        Failures++;
        FirstFailure = FirstFailure.Length == 0 ? why.ReplaceLineEndings(" ") : FirstFailure;
    }

    /// <summary>What an operation must find.</summary>
    public static void Expect(bool isSo, string what)
    {
        if (!isSo)
        {
            throw new InvalidDataException(what);
        }
    }
}
