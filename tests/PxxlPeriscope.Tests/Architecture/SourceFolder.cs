using System.Text.RegularExpressions;

namespace PxxlPeriscope.Tests.Architecture;

/// <summary>A folder of the library with the types declared in it, one per file and named after the file.</summary>
internal sealed partial record SourceFolder(string Name, IReadOnlyDictionary<string, string> Sources)
{
    public IEnumerable<string> Types => Sources.Keys;

    public static IReadOnlyList<SourceFolder> ReadLibrary() =>
        [
            .. Repository
                .Sources("src", "PxxlPeriscope")
                .GroupBy(file =>
                    Path.GetRelativePath(Repository.PathTo("src", "PxxlPeriscope"), file).Split(Path.DirectorySeparatorChar)[0]
                )
                .Select(folder => new SourceFolder(
                    folder.Key,
                    folder.ToDictionary(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText)
                )),
        ];

    /// <summary>Returns every use of a type of another folder in this one, as <c>File uses Type of Folder</c>.</summary>
    public IEnumerable<string> FindUsesOf(SourceFolder other) =>
        from source in Sources
        let words = FindIdentifiers(source.Value)
        from type in other.Types
        where words.Contains(type)
        select $"{Name}/{source.Key} uses {type} of {other.Name}";

    /// <summary>
    /// Returns the identifiers in a source file, without comments and strings. An identifier after a dot is a member, not a type.
    /// </summary>
    public static IReadOnlySet<string> FindIdentifiers(string source)
    {
        var code = CommentsAndTexts()
            .Replace(NamespaceLines().Replace(source, string.Empty), match => match.Value.StartsWith('/') ? " " : "\"\" ");
        return Identifiers().Matches(code).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);
    }

    // Expressions in interpolated strings are removed as well. The tests of this class show that nothing else is.
    [GeneratedRegex(
        """//[^\n]*|/\*.*?\*/|"{3,}.*?"{3,}|@"(?:[^"]|"")*"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'""",
        RegexOptions.Singleline
    )]
    private static partial Regex CommentsAndTexts();

    [GeneratedRegex(@"^(using|namespace) [^;]*;", RegexOptions.Multiline)]
    private static partial Regex NamespaceLines();

    [GeneratedRegex(@"(?<![\w.])[A-Za-z_]\w*|(?<=PxxlPeriscope\.)[A-Za-z_]\w*")]
    private static partial Regex Identifiers();
}
