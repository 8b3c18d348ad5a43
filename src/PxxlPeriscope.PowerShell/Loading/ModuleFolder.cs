namespace PxxlPeriscope.PowerShell.Loading;

/// <summary>The folders of this build of the module.</summary>
internal static class ModuleFolder
{
    /// <summary>The folder of this assembly.</summary>
    internal static string Binaries { get; } = Path.GetDirectoryName(typeof(ModuleFolder).Assembly.Location)!;

    /// <summary>The folder of the isolated assemblies.</summary>
    internal static string Isolated { get; } = Path.Combine(Binaries, "isolated");
}
