namespace PxxlPeriscope.Tests;

/// <summary>
/// Waits for the effect of another thread. A test fails only if the effect never occurs, regardless of how long it takes.
/// </summary>
internal static class Eventually
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    public static async Task IsTrueAsync(Func<bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Timeout);
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Delay(1, CancellationToken.None);
        }
    }
}
