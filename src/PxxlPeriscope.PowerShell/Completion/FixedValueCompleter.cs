using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace PxxlPeriscope.PowerShell.Completion;

/// <summary>Completes a parameter from fixed values, each with a description.</summary>
public abstract class FixedValueCompleter : IArgumentCompleter
{
    private protected abstract IEnumerable<(string Word, string Meaning)> Values { get; }

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters
    )
    {
        var typed = (wordToComplete ?? string.Empty).Trim('\'', '"');
        return Values
            .Where(each => each.Word.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
            .Select(each => new CompletionResult(each.Word, each.Word, CompletionResultType.ParameterValue, each.Meaning));
    }
}
