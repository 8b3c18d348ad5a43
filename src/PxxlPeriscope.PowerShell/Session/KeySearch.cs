namespace PxxlPeriscope.PowerShell.Session;

/// <summary>The searches for keys in the environment of this process.</summary>
internal static class KeySearch
{
    internal static PxxlKeySearch Pxxl =>
        new(Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    internal static PeriscopeKeySearch Periscope => new(Environment.GetEnvironmentVariable);
}
