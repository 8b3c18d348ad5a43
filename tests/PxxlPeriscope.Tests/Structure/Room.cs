using System.Text.RegularExpressions;

namespace PxxlPeriscope.Tests;

/// <summary>A folder of the library with the types that are declared in it: one per file, named after it.</summary>
internal sealed partial record Room(string Name, IReadOnlyDictionary<string, string> Sources)
{
    public IEnumerable<string> Types => Sources.Keys;

    public static IReadOnlyList<Room> OfLibrary() =>
    [
        .. Repository.Sources("src", "PxxlPeriscope")
            .GroupBy(file => Path.GetRelativePath(Repository.PathTo("src", "PxxlPeriscope"), file).Split(Path.DirectorySeparatorChar)[0])
            .Select(room => new Room(room.Key, room.ToDictionary(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText))),
    ];

    /// <summary>Every use in this room of a type of another, as <c>File uses Type of Room</c>.</summary>
    public IEnumerable<string> UsesOf(Room other) =>
        from source in Sources
        let words = Words(source.Value)
        from type in other.Types
        where words.Contains(type)
        select $"{Name}/{source.Key} uses {type} of {other.Name}";

    /// <summary>The identifiers of a source, without comments and texts. What stands after a dot is a member, no type.</summary>
    public static IReadOnlySet<string> Words(string source)
    {
        var code = CommentsAndTexts().Replace(source, match => match.Value.StartsWith('/') ? " " : "\"\" ");
        return Identifiers().Matches(code).Select(match => match.Value).ToHashSet(StringComparer.Ordinal);
    }

    // An interpolated text hides what is in its braces; the tests of the tests know that nothing else does.
    [GeneratedRegex("""//[^\n]*|/\*.*?\*/|"{3,}.*?"{3,}|@"(?:[^"]|"")*"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'""", RegexOptions.Singleline)]
    private static partial Regex CommentsAndTexts();

    [GeneratedRegex(@"(?<![\w.])[A-Za-z_]\w*|(?<=PxxlPeriscope\.)[A-Za-z_]\w*")]
    private static partial Regex Identifiers();
}
