using PxxlPeriscope.Periscope;
using PxxlPeriscope.Pxxl;

namespace PxxlPeriscope.PowerShell.Session;

/// <summary>Creates the key resolvers for the environment of this process.</summary>
internal static class KeyResolvers
{
    internal static PxxlKeyResolver Pxxl =>
        new(Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    internal static PeriscopeKeyResolver Periscope => new(Environment.GetEnvironmentVariable);
}
