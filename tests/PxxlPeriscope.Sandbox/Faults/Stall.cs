namespace PxxlPeriscope.Sandbox;

/// <summary>Says nothing until the client has gone away or the sandbox stops.</summary>
internal static class Stall
{
    public static async Task UntilGoneAsync(HttpContext context, CancellationToken stopping)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        await Task.Delay(Timeout.InfiniteTimeSpan, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
