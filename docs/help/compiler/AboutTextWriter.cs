namespace PxxlPeriscope.Help;

/// <summary>Writes an about topic as the text file that Get-Help shows unchanged, wrapped to 80 columns.</summary>
internal static class AboutTextWriter
{
    private const int Width = 76;
    private const string Indent = "    ";
    private const string Fence = "```";

    internal static void Write(string page, string file) =>
        File.WriteAllText(file, string.Join('\n', Lines(File.ReadAllLines(page))) + "\n");

    private static IEnumerable<string> Lines(string[] page)
    {
        var before = "#";
        for (var at = 0; at < page.Length; )
        {
            if (page[at].Length == 0)
            {
                at++;
                continue;
            }

            // No empty line between a heading and its text.
            if (!before.StartsWith('#'))
            {
                yield return string.Empty;
            }

            before = page[at];
            (var block, at) = Block(page, at);
            foreach (var line in block)
            {
                yield return line;
            }
        }
    }

    /// <summary>Reads a heading, a code block or a paragraph, and the line where the next one starts.</summary>
    private static (IEnumerable<string> Lines, int Next) Block(string[] page, int at)
    {
        if (page[at].StartsWith('#'))
        {
            return ([page[at].TrimStart('#', ' ').ToUpperInvariant()], at + 1);
        }

        if (page[at].StartsWith(Fence, StringComparison.Ordinal))
        {
            var code = page.Skip(at + 1).TakeWhile(line => !line.StartsWith(Fence, StringComparison.Ordinal)).ToList();
            return (code.Select(line => Indent + Indent + line), at + code.Count + 2);
        }

        var text = page.Skip(at).TakeWhile(line => line.Length > 0).ToList();
        return (Markdown.Paragraphs(text).SelectMany(paragraph => paragraph.Split('\n')).SelectMany(Wrap), at + text.Count);
    }

    private static IEnumerable<string> Wrap(string paragraph)
    {
        var mark = Markdown.IsListItem(paragraph) ? paragraph.IndexOf(' ') + 1 : 0;
        var hanging = Indent + new string(' ', mark);
        var line = Indent;
        foreach (var word in paragraph.Split(' '))
        {
            if (line.Length + word.Length > Width && line.Trim().Length > 0)
            {
                yield return line.TrimEnd();
                line = hanging;
            }

            line += word + " ";
        }

        yield return line.TrimEnd();
    }
}
