namespace PxxlPeriscope.NetFramework;

/// <summary>Runs checks one after another, prints their results and counts them.</summary>
internal sealed class Checks
{
    private int _passed;
    private int _failed;

    /// <summary>Runs a check, which fails by throwing an exception. Later checks still run.</summary>
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

    /// <exception cref="InvalidOperationException">The values differ.</exception>
    public static void Equal<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new InvalidOperationException($"{what}: {actual} instead of {expected}.");
        }
    }

    /// <exception cref="InvalidOperationException">The condition is false.</exception>
    public static void Holds(bool condition, string what)
    {
        if (!condition)
        {
            throw new InvalidOperationException($"Expected: {what}.");
        }
    }

    /// <summary>Prints the totals as the last line and returns the exit code.</summary>
    public int Finish()
    {
        Console.WriteLine($"{_passed} passed, {_failed} failed, 0 skipped");
        return _failed == 0 && _passed > 0 ? 0 : 1;
    }
}
