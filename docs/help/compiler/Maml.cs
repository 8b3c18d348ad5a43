using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace PxxlPeriscope.Help;

/// <summary>Writes topics as MAML, the help format of all PowerShell versions.</summary>
internal static class Maml
{
    private static readonly XNamespace Root = "http://msh";
    private static readonly XNamespace Text = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    internal static void Write(IReadOnlyList<Topic> topics, string file)
    {
        var help = new XElement(
            Root + "helpItems",
            new XAttribute("schema", "maml"),
            new XAttribute(XNamespace.Xmlns + "maml", Text),
            new XAttribute(XNamespace.Xmlns + "command", Command),
            new XAttribute(XNamespace.Xmlns + "dev", Dev),
            topics.Select(Topic)
        );
        using var writer = XmlWriter.Create(file, new XmlWriterSettings { Indent = true, NewLineChars = "\n" });
        new XDocument(help).Save(writer);
    }

    private static XElement Topic(Topic topic)
    {
        var (cmdlet, page) = topic;
        return new XElement(
            Command + "command",
            new XElement(
                Command + "details",
                new XElement(Command + "name", cmdlet.Name),
                new XElement(Command + "verb", cmdlet.Verb),
                new XElement(Command + "noun", cmdlet.Noun),
                Description(page.Synopsis)
            ),
            Description(page.Description),
            new XElement(Command + "syntax", cmdlet.Sets.Select(set => Syntax(topic, set))),
            new XElement(
                Command + "parameters",
                cmdlet
                    .Parameters.OrderBy(parameter => parameter.Name, StringComparer.Ordinal)
                    .Select(parameter => Parameter(topic, parameter))
            ),
            new XElement(Command + "inputTypes", Types(Command + "inputType", cmdlet.InputTypes, page.Inputs)),
            new XElement(Command + "returnValues", Types(Command + "returnValue", cmdlet.OutputTypes, page.Outputs)),
            page.Notes.Count == 0 ? null : new XElement(Text + "alertSet", new XElement(Text + "alert", Paragraphs(page.Notes))),
            new XElement(Command + "examples", page.Examples.Select(Example)),
            new XElement(Command + "relatedLinks", page.Links.Select(Link))
        );
    }

    private static XElement Syntax(Topic topic, string set) =>
        new(
            Command + "syntaxItem",
            new XElement(Text + "name", topic.Cmdlet.Name),
            topic.Cmdlet.In(set).Select(each => ParameterElement(topic, each.Parameter, each.Use, isSyntax: true))
        );

    /// <summary>The description of a parameter applies to all sets, so it uses the attributes of the first set.</summary>
    private static XElement Parameter(Topic topic, CmdletParameter parameter) =>
        ParameterElement(topic, parameter, parameter.Uses[0], isSyntax: false);

    private static XElement ParameterElement(Topic topic, CmdletParameter parameter, ParameterUse use, bool isSyntax)
    {
        var text = topic.TextOf(parameter);
        return new XElement(
            Command + "parameter",
            new XAttribute("required", Word(use.IsMandatory)),
            new XAttribute("variableLength", Word(parameter.IsArray)),
            new XAttribute("globbing", Word(parameter.SupportsWildcards)),
            new XAttribute("pipelineInput", use.PipelineInput),
            new XAttribute("position", use.Position?.ToString(CultureInfo.InvariantCulture) ?? "named"),
            new XAttribute("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
            new XElement(Text + "name", parameter.Name),
            Description(text.Text),
            isSyntax && parameter.Words.Count > 0
                ? new XElement(Command + "parameterValueGroup", parameter.Words.Select(word => Value(parameter, word)))
                : null,
            parameter.IsSwitch ? null : Value(parameter, parameter.TypeName),
            Type(parameter.TypeName),
            new XElement(Dev + "defaultValue", text.Default ?? (parameter.IsSwitch ? "False" : "None"))
        );
    }

    private static XElement Value(CmdletParameter parameter, string text) =>
        new(
            Command + "parameterValue",
            new XAttribute("required", "true"),
            new XAttribute("variableLength", Word(parameter.IsArray)),
            text
        );

    /// <summary>The compiled types. The text of the page follows the last one.</summary>
    private static IEnumerable<XElement> Types(XName name, IReadOnlyList<string> types, IReadOnlyList<string> words)
    {
        var shown = types.Count == 0 ? ["None"] : types;
        return shown.Select((type, i) => new XElement(name, Type(type), Description(i == shown.Count - 1 ? words : [])));
    }

    private static XElement Example(Example example, int index) =>
        new(
            Command + "example",
            new XElement(Text + "title", $"---------- Example {index + 1}: {example.Title} ----------"),
            new XElement(Dev + "code", example.Code),
            // An empty paragraph separates this example from the next one.
            new XElement(Dev + "remarks", Paragraphs([.. example.Remarks, string.Empty]))
        );

    private static XElement Link(string link)
    {
        var isAddress = link.StartsWith("http", StringComparison.Ordinal);
        return new XElement(
            Text + "navigationLink",
            new XElement(Text + "linkText", isAddress ? null : link),
            new XElement(Text + "uri", isAddress ? link : null)
        );
    }

    private static XElement Type(string name) => new(Dev + "type", new XElement(Text + "name", name), new XElement(Text + "uri"));

    private static XElement Description(IEnumerable<string> paragraphs) => new(Text + "description", Paragraphs(paragraphs));

    private static IEnumerable<XElement> Paragraphs(IEnumerable<string> paragraphs) =>
        paragraphs.Select(paragraph => new XElement(Text + "para", paragraph));

    private static string Word(bool value) => value ? "true" : "false";
}
