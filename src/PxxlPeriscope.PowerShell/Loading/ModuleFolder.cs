namespace PxxlPeriscope.PowerShell.Loading;

/// <summary>Where this build of the module lies.</summary>
internal static class ModuleFolder
{
    /// <summary>The folder of this assembly.</summary>
    internal static string Binaries { get; } = Path.GetDirectoryName(typeof(ModuleFolder).Assembly.Location)!;

    /// <summary>What is loaded in isolation.</summary>
    internal static string Isolated { get; } = Path.Combine(Binaries, "isolated");
}
