using System.Management.Automation;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.PowerShell.Completion;

/// <summary>Makes what Tab offers.</summary>
internal static class CompletionResults
{
    private const int MaxResults = 50;

    /// <summary>The suggestions that what was typed can mean, in their order.</summary>
    internal static List<CompletionResult> Create(IEnumerable<CompletionCandidate> suggestions, CompletionWord word) =>
        [
            .. suggestions
                .Where(each => each.Matches(word.Text))
                .Take(MaxResults)
                .Select(each => new CompletionResult(
                    word.Complete(each.Text),
                    each.Text,
                    CompletionResultType.ParameterValue,
                    each.ToolTip
                )),
        ];

    /// <summary>What is told of something: the parts that there are, each on the same line and not too long.</summary>
    internal static string FormatToolTip(params string?[] parts) =>
        string.Join(", ", parts.Where(part => !string.IsNullOrWhiteSpace(part)).Select(part => Printable.ToSingleLine(part!, 60)));
}
