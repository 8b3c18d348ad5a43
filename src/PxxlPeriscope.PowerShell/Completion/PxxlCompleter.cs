using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using PxxlPeriscope.PowerShell.Cmdlets;
using PxxlPeriscope.PowerShell.Session;
using PxxlPeriscope.PowerShell.Transformation;
using PxxlPeriscope.Pxxl;

namespace PxxlPeriscope.PowerShell.Completion;

/// <summary>Completes a parameter with items from Pxxl. Returns nothing if they are not available.</summary>
/// <typeparam name="T">The type of the items. Completers of the same type share cached responses.</typeparam>
public abstract class PxxlCompleter<T> : IArgumentCompleter
{
    // The name in most cmdlets, and the one in Sync-PeriscopeDeployment, which has two connections.
    private static readonly string[] ConnectionParameters = ["Connection", "PxxlConnection"];

    // Parameters of Connect-Pxxl. They describe a connection that does not exist yet; the one of the session may be for another account.
    private static readonly string[] NewConnectionParameters = ["ApiKey", "BaseUri"];

    /// <summary>Whether the items depend on the team.</summary>
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
        // The value of an expression such as (Get-It).Id is not known yet, so it may select another connection or team.
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
            // No key or an invalid base URI. The command itself reports the error.
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
