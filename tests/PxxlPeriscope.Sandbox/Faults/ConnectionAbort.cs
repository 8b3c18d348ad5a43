namespace PxxlPeriscope.Sandbox.Faults;

/// <summary>
/// Ends a connection in the middle of an exchange. The server still goes through the motions of starting an answer, so that it
/// happened is kept with the request.
/// </summary>
internal static class ConnectionAbort
{
    private static readonly object Key = new();

    public static void Abort(HttpContext context)
    {
        context.Items[Key] = true;
        context.Abort();
    }

    public static bool WasAborted(HttpContext context) => context.Items.ContainsKey(Key);
}
