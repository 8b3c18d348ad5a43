using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using PxxlPeriscope.PowerShell.Running;
using PxxlPeriscope.PowerShell.Session;

namespace PxxlPeriscope.PowerShell.Binding;

/// <summary>Completes a parameter from what Pxxl has; silent whenever that cannot be had.</summary>
public abstract class PxxlCompleter : IArgumentCompleter
{
    private const int Most = 50;

    /// <summary>What the answer depends on beside the connection and the team.</summary>
    private protected abstract string What(IDictionary bound);

    private protected abstract Task<IReadOnlyList<Suggestion>> AskAsync(PxxlClient client, IDictionary bound);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            var typed = (wordToComplete ?? string.Empty).Trim('\'', '"');
            var found = Suggestions.Get(Connection(fakeBoundParameters), What(fakeBoundParameters), Ask);
            return found
                .Where(each => each.Text.StartsWith(typed, StringComparison.OrdinalIgnoreCase))
                .Take(Most)
                .Select(each => new CompletionResult(Quoted(each.Text), each.Text, CompletionResultType.ParameterValue, each.Tip))
                .ToList();
        }
        catch (ServiceException)
        {
            // No key, or a base URI that is none: the command itself will say so.
            return [];
        }

        Task<IReadOnlyList<Suggestion>> Ask() => AskAsync(new PxxlClient(Connection(fakeBoundParameters)), fakeBoundParameters);
    }

    /// <summary>A word that PowerShell would read as several, or as an expression, in quotes.</summary>
    internal static string Quoted(string text) =>
        text.Length > 0 && text.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.') && (char.IsLetter(text[0]) || text[0] == '_')
            ? text
            : $"'{CodeGeneration.EscapeSingleQuotedStringContent(text)}'";

    private static PxxlConnection Connection(IDictionary bound)
    {
        var connection = bound["Connection"] as PxxlConnection ?? RunspaceConnections.Current.RequirePxxl(ServiceCmdlet.CompletionUserAgent);
        return bound["TeamId"] is string { Length: > 0 } team ? connection.ForTeam(team) : connection;
    }
}
