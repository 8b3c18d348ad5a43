using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using PxxlPeriscope.PowerShell.Cmdlets;
using PxxlPeriscope.PowerShell.Session;
using PxxlPeriscope.PowerShell.Transformation;
using PxxlPeriscope.Pxxl;

namespace PxxlPeriscope.PowerShell.Completion;

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

    private protected abstract Task<IReadOnlyList<T>> FetchAsync(PxxlClient client, CancellationToken cancellationToken);

    private protected abstract IEnumerable<CompletionCandidate> Suggest(IReadOnlyList<T> found, CompletionWord word);

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters
    )
    {
        // Of what is given but not known yet, as (Get-It).Id, nobody can say whether it would be another one.
        if (
            Runspace.DefaultRunspace is null
            || NewConnectionParameters.Any(name => IsSpecified(commandAst, name))
            || ConnectionParameters
                .Append("TeamId")
                .Any(name => name != parameterName && !fakeBoundParameters.Contains(name) && IsSpecified(commandAst, name))
        )
        {
            return [];
        }

        try
        {
            var connection =
                ConnectionParameters.Select(name => Value(fakeBoundParameters, name)).OfType<PxxlConnection>().FirstOrDefault()
                ?? RunspaceConnections.Current.RequirePxxl(ServiceCmdlet.UserAgent);
            var team = DependsOnTeam ? TeamTransformationAttribute.IdOf(fakeBoundParameters["TeamId"]) as string : null;
            var found = CompletionCache.Get(connection, team, (client, cancellationToken) => FetchAsync(client, cancellationToken));
            var word = CompletionWord.Parse(wordToComplete);
            return CompletionResults.Create(Suggest(found, word), word);
        }
        catch (ServiceException)
        {
            // No key, or a base URI that is none: the command itself will say so.
            return [];
        }
    }

    private static object? Value(IDictionary bound, string name) => bound[name] is PSObject wrapped ? wrapped.BaseObject : bound[name];

    private static bool IsSpecified(CommandAst command, string name) =>
        command
            .CommandElements.OfType<CommandParameterAst>()
            .Any(specified =>
                specified.ParameterName.Length > 3 && name.StartsWith(specified.ParameterName, StringComparison.OrdinalIgnoreCase)
            );
}
