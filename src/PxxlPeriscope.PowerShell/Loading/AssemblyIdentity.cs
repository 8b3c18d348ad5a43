using System.Reflection;

namespace PxxlPeriscope.PowerShell.Loading;

/// <summary>Decides which of two copies of an assembly serves. Pure, so that it can be tested without loading anything.</summary>
internal static class AssemblyIdentity
{
    /// <summary>
    /// Whether what the host has can stand for what is asked: the same name, public key and culture, in that version or a newer
    /// one. Two copies of a framework assembly in one process do not share types, so the host's copy is always preferred. Only for
    /// ASP.NET Core is a newer one another one: 3.0 took away what 2.x had, and a host that has it (a worker of Azure Functions, a program
    /// with the web SDK) has a later one.
    /// </summary>
    internal static bool IsServedBy(AssemblyName requested, AssemblyName? host) =>
        host is not null
        && string.Equals(requested.Name, host.Name, StringComparison.OrdinalIgnoreCase)
        && (requested.Version is null || host.Version >= requested.Version)
        && (!IsAspNetCore(requested.Name) || requested.Version is null || host.Version!.Major == requested.Version.Major)
        && (requested.GetPublicKeyToken() is not { Length: > 0 } token || token.SequenceEqual(host.GetPublicKeyToken() ?? []))
        && string.Equals(requested.CultureName ?? string.Empty, host.CultureName ?? string.Empty, StringComparison.OrdinalIgnoreCase);

    private static bool IsAspNetCore(string? name) =>
        name is not null
        && (
            name.StartsWith("Microsoft.AspNetCore.", StringComparison.OrdinalIgnoreCase)
            || string.Equals(name, "Microsoft.Net.Http.Headers", StringComparison.OrdinalIgnoreCase)
        );

    /// <summary>Whether a request is one of our own: made by an assembly of our folder for an assembly of our folder.</summary>
    /// <param name="requested">The simple name that is asked for.</param>
    /// <param name="requesterLocation">Where the asking assembly lies; null or empty when nobody says.</param>
    /// <param name="ourFolder">Our folder.</param>
    /// <param name="ourAssemblies">The simple names of what lies in it.</param>
    internal static bool IsOurs(string? requested, string? requesterLocation, string ourFolder, ICollection<string> ourAssemblies) =>
        requested is not null
        && !string.IsNullOrEmpty(requesterLocation)
        && Path.GetFullPath(requesterLocation!)
            .StartsWith(
                Path.GetFullPath(ourFolder).TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar,
                StringComparison.OrdinalIgnoreCase
            )
        && ourAssemblies.Contains(requested);
}
