using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using PxxlPeriscope.PowerShell.Running;
using PxxlPeriscope.PowerShell.Session;

namespace PxxlPeriscope.PowerShell.Binding;

/// <summary>Completes a parameter from what Pxxl has; silent whenever that cannot be had.</summary>
/// <typeparam name="T">What Pxxl is asked for. Completers of the same things ask once.</typeparam>
public abstract class PxxlCompleter<T> : IArgumentCompleter
{
    // As the cmdlets call it, and as Sync-PeriscopeDeployment does, which has two.
    private static readonly string[] ConnectionParameters = ["Connection", "PxxlConnection"];

    // Connect-Pxxl's: what they say is of no connection yet, and that of the session may be somebody else's.
    private static readonly string[] NewConnectionParameters = ["ApiKey", "BaseUri"];

    /// <summary>Whether another team has other ones.</summary>
    private protected virtual bool DependsOnTeam => true;

    private protected abstract Task<IReadOnlyList<T>> AskAsync(PxxlClient client, CancellationToken cancellationToken);

    private protected abstract IEnumerable<Suggestion> Suggest(IReadOnlyList<T> found, TypedWord word);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        // Of what is given but not known yet, as (Get-It).Id, nobody can say whether it would be another one.
        if (Runspace.DefaultRunspace is null
            || NewConnectionParameters.Any(name => IsGiven(commandAst, name))
            || ConnectionParameters.Append("TeamId").Any(name => name != parameterName && !fakeBoundParameters.Contains(name) && IsGiven(commandAst, name)))
        {
            return [];
        }

        try
        {
            var connection = ConnectionParameters.Select(name => Value(fakeBoundParameters, name)).OfType<PxxlConnection>().FirstOrDefault()
                ?? RunspaceConnections.Current.RequirePxxl(ServiceCmdlet.UserAgent);
            var team = DependsOnTeam ? TeamTransformationAttribute.IdOf(fakeBoundParameters["TeamId"]) as string : null;
            var found = Suggestions.Get(connection, team, (client, cancellationToken) => AskAsync(client, cancellationToken));
            var word = TypedWord.Read(wordToComplete);
            return Completion.Of(Suggest(found, word), word);
        }
        catch (ServiceException)
        {
            // No key, or a base URI that is none: the command itself will say so.
            return [];
        }
    }

    private static object? Value(IDictionary bound, string name) => bound[name] is PSObject wrapped ? wrapped.BaseObject : bound[name];

    private static bool IsGiven(CommandAst command, string name) => command.CommandElements.OfType<CommandParameterAst>()
        .Any(given => given.ParameterName.Length > 3 && name.StartsWith(given.ParameterName, StringComparison.OrdinalIgnoreCase));
}
