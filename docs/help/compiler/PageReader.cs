namespace PxxlPeriscope.Help;

/// <summary>Parses a help page: a title and sections with fixed names, two of which contain examples and parameters.</summary>
internal sealed class PageReader
{
    private const string DefaultMark = "Default:";
    private const string Fence = "```";

    private readonly string _file;
    private readonly string[] _lines;
    private int _at;

    private PageReader(string file)
    {
        _file = file;
        _lines = Array.ConvertAll(File.ReadAllLines(file), line => line.TrimEnd());
    }

    internal static Page Read(string file) => new PageReader(file).Read();

    private Page Read()
    {
        var page = new Page { File = _file, Title = Title() };
        ExpectEmpty("the title");
        while (_at < _lines.Length)
        {
            Section(page, _lines[_at++]);
        }

        return page;
    }

    private (string Text, int Line) Title() =>
        _lines is [var first, ..] && first.StartsWith("# ", StringComparison.Ordinal)
            ? (first[2..], ++_at)
            : throw CreateException(1, "A page must start with '# ' and the name of its cmdlet.");

    private void Section(Page page, string heading)
    {
        switch (heading)
        {
            case "## SYNOPSIS":
                page.Synopsis = Text();
                break;
            case "## DESCRIPTION":
                page.Description = Text();
                break;
            case "## EXAMPLES":
                page.Examples = Parts(heading, Example);
                break;
            case "## PARAMETERS":
                page.Parameters = Parts(heading, Parameter);
                break;
            case "## INPUTS":
                page.Inputs = Text();
                break;
            case "## OUTPUTS":
                page.Outputs = Text();
                break;
            case "## NOTES":
                page.Notes = Text();
                break;
            case "## LINKS":
                page.Links = Lines().Where(Markdown.IsListItem).Select(line => line.TrimStart(' ', '-')).ToList();
                break;
            default:
                throw CreateException(_at, $"'{heading}' is not a known section.");
        }
    }

    private List<T> Parts<T>(string section, Func<string, int, T> read)
    {
        ExpectEmpty(section);
        var parts = new List<T>();
        while (_at < _lines.Length && _lines[_at].StartsWith("### ", StringComparison.Ordinal))
        {
            var heading = _lines[_at++][4..];
            parts.Add(read(heading, _at));
        }

        return parts;
    }

    private Example Example(string title, int line)
    {
        var text = new List<string>();
        var code = new List<string>();
        var isCode = false;
        foreach (var each in Lines())
        {
            if (each.StartsWith(Fence, StringComparison.Ordinal))
            {
                isCode = !isCode;
                // The output of the commands is a separate block after an empty line.
                code.AddRange(isCode && code.Count > 0 ? [string.Empty] : []);
                continue;
            }

            (isCode ? code : text).Add(each);
        }

        return isCode || code.Count == 0
            ? throw CreateException(line, $"The example '{title}' has no ```powershell block, or the block is not closed.")
            : new Example(title, string.Join('\n', code), Markdown.Paragraphs(text), line);
    }

    private ParameterText Parameter(string name, int line)
    {
        if (!name.StartsWith('-'))
        {
            throw CreateException(line, $"The heading of a parameter must be '### -Name', not '### {name}'.");
        }

        var lines = Lines().ToLookup(each => each.StartsWith(DefaultMark, StringComparison.Ordinal));
        return new ParameterText(name[1..], Markdown.Paragraphs(lines[false]), Default(lines[true].FirstOrDefault()), line);
    }

    private static string? Default(string? line) => line is null ? null : Markdown.Plain(line[DefaultMark.Length..].Trim().TrimEnd('.'));

    private IReadOnlyList<string> Text() => Markdown.Paragraphs(Lines());

    /// <summary>The lines up to the next heading. A # inside a code block is a comment, not a heading.</summary>
    private List<string> Lines()
    {
        var lines = new List<string>();
        var isCode = false;
        for (; _at < _lines.Length && (isCode || !_lines[_at].StartsWith('#')); _at++)
        {
            isCode ^= _lines[_at].StartsWith(Fence, StringComparison.Ordinal);
            lines.Add(_lines[_at]);
        }

        return lines;
    }

    private void ExpectEmpty(string heading)
    {
        var line = _at + 1;
        if (Lines().Any(each => each.Length > 0))
        {
            throw CreateException(line, $"Text is not allowed directly below {heading}.");
        }
    }

    private HelpException CreateException(int line, string text) => new(new HelpProblem(_file, line, text));
}
