using System.Management.Automation;

namespace PxxlPeriscope.PowerShell.Binding;

/// <summary>Makes what Tab offers.</summary>
internal static class Completion
{
    private const int Most = 50;

    /// <summary>The suggestions that what was typed can mean, in their order.</summary>
    internal static List<CompletionResult> Of(IEnumerable<Suggestion> suggestions, TypedWord word) =>
    [
        .. suggestions.Where(each => each.IsFor(word.Text)).Take(Most)
            .Select(each => new CompletionResult(word.Complete(each.Text), each.Text, CompletionResultType.ParameterValue, each.Tip)),
    ];

    /// <summary>What is told of something: the parts that there are, each on the same line and not too long.</summary>
    internal static string Tip(params string?[] parts) =>
        string.Join(", ", parts.Where(part => !string.IsNullOrWhiteSpace(part)).Select(part => Printable.Line(part!, 60)));
}
