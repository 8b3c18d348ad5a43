namespace PxxlPeriscope.NetFramework;

/// <summary>Runs checks one after another, says what became of each, and counts.</summary>
internal sealed class Checks
{
    private int _passed;
    private int _failed;

    /// <summary>Runs one. It fails by an exception; those after it run all the same.</summary>
    public async Task RunAsync(string name, Func<Task> check)
    {
        try
        {
            await check().ConfigureAwait(false);
            _passed++;
            Console.WriteLine($"passed  {name}");
        }
        catch (Exception failure)
        {
            _failed++;
            Console.WriteLine($"FAILED  {name}\n{failure}");
        }
    }

    /// <exception cref="InvalidOperationException">They are not the same.</exception>
    public static void Equal<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new InvalidOperationException($"{what}: {actual} instead of {expected}.");
        }
    }

    /// <exception cref="InvalidOperationException">It does not hold.</exception>
    public static void Holds(bool condition, string what)
    {
        if (!condition)
        {
            throw new InvalidOperationException($"This does not hold: {what}.");
        }
    }

    /// <summary>The last line that is written, and the exit code.</summary>
    public int Finish()
    {
        Console.WriteLine($"{_passed} passed, {_failed} failed, 0 skipped");
        return _failed == 0 && _passed > 0 ? 0 : 1;
    }
}
