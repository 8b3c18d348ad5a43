using PxxlPeriscope.Periscope;
using PxxlPeriscope.Pxxl;

namespace PxxlPeriscope.PowerShell.Session;

/// <summary>The searches for keys in the environment of this process.</summary>
internal static class KeyResolvers
{
    internal static PxxlKeyResolver Pxxl =>
        new(Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    internal static PeriscopeKeyResolver Periscope => new(Environment.GetEnvironmentVariable);
}
