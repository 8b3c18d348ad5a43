namespace PxxlPeriscope.Tests;

/// <summary>Locates the sources of this project.</summary>
internal static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    public static string PathTo(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>Returns all C# files below a folder, without build output.</summary>
    public static IEnumerable<string> Sources(params string[] folder) =>
        Directory
            .EnumerateFiles(PathTo(folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(Root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "PxxlPeriscope.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No parent folder of {AppContext.BaseDirectory} contains PxxlPeriscope.sln.");
    }
}
