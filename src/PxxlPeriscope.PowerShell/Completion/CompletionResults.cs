using System.Management.Automation;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.PowerShell.Completion;

/// <summary>Creates completion results.</summary>
internal static class CompletionResults
{
    private const int MaxResults = 50;

    /// <summary>Returns the suggestions that match the typed word, in their order.</summary>
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

    /// <summary>Joins the non-empty parts of a tooltip, each shortened and on a single line.</summary>
    internal static string FormatToolTip(params string?[] parts) =>
        string.Join(", ", parts.Where(part => !string.IsNullOrWhiteSpace(part)).Select(part => Printable.ToSingleLine(part!, 60)));
}
