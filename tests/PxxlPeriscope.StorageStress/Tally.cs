namespace PxxlPeriscope.StorageStress;

/// <summary>Counts operations and failures.</summary>
internal sealed class Tally
{
    public int Operations { get; private set; }

    public int Failures { get; private set; }

    /// <summary>The reason of the first failure, in one line.</summary>
    public string FirstFailure { get; private set; } = string.Empty;

    /// <summary>Runs an operation. It fails by throwing any exception, including that of a failed expectation.</summary>
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

    /// <summary>Fails the operation unless the condition is true.</summary>
    public static void Expect(bool isSo, string what)
    {
        if (!isSo)
        {
            throw new InvalidDataException(what);
        }
    }
}
