namespace PxxlPeriscope.Sandbox.Faults;

/// <summary>
/// Aborts a connection in the middle of an exchange. The server still runs the code that starts a response, so the abort is recorded
/// with the request.
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
