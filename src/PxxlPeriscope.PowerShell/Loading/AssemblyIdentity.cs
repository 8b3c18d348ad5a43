using System.Reflection;

namespace PxxlPeriscope.PowerShell.Loading;

/// <summary>
/// Decides which of two copies of an assembly is used. It has no side effects, so that it can be tested without loading assemblies.
/// </summary>
internal static class AssemblyIdentity
{
    /// <summary>
    /// Whether the assembly of the host can be used for the requested one: the same name, public key and culture, and the same or a newer
    /// version. Two copies of a framework assembly in one process do not share types, so the copy of the host is preferred. The exception
    /// is ASP.NET Core, whose version must match: 3.0 removed types of 2.x, and hosts that have it (an Azure Functions worker, a program
    /// with the web SDK) have a later version.
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

    /// <summary>Whether a request is from an assembly in our folder, for an assembly in our folder.</summary>
    /// <param name="requested">The simple name of the requested assembly.</param>
    /// <param name="requesterLocation">The location of the requesting assembly; null or empty if unknown.</param>
    /// <param name="ourFolder">Our folder.</param>
    /// <param name="ourAssemblies">The simple names of the assemblies in it.</param>
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
