using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using PxxlPeriscope.PowerShell.Session;
using PxxlPeriscope.PowerShell.Views;

namespace PxxlPeriscope.PowerShell.Binding;

/// <summary>Completes ids of the deployments whose reports are in the outbox: that of the line, else the session's.</summary>
public sealed class OutboxItemCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            var word = TypedWord.Read(wordToComplete);
            return Folder(fakeBoundParameters) is { } folder && Await(Outbox.LookAsync(folder, default)) is var outbox
                ? Completion.Of(Await(outbox.WaitingAsync(default)).Concat(Await(outbox.DeadAsync(default))).GroupBy(item => item.DeploymentId).Select(Suggest), word)
                : [];
        }
        catch (Exception unreadable) when (unreadable is ServiceException or IOException or UnauthorizedAccessException or RuntimeException or InvalidOperationException)
        {
            // The command itself will say so.
            return [];
        }
    }

    /// <summary>A completer cannot be asynchronous; what it waits for at most is another process that has a file open.</summary>
    private static T Await<T>(Task<T> task) => task.GetAwaiter().GetResult();

    private static Suggestion Suggest(IGrouping<string, OutboxItem> items) =>
        new(WildcardPattern.Escape(items.Key), string.Join("; ", items.Select(Tip)), items.Key);

    private static string Tip(OutboxItem item) =>
        Completion.Tip(item.Status, $"{DeploymentView.Age(item.QueuedAt)} here", item.IsDead ? "refused" : null, item.Service, DeliveryView.LastError(item));

    private static string? Folder(IDictionary bound) =>
        Runspace.DefaultRunspace is null ? null
        : bound["OutboxPath"]?.ToString() is { Length: > 0 } path ? Resolved(path)
        : RunspaceConnections.Current.Periscope?.OutboxPath;

    private static string? Resolved(string path)
    {
        // The session's own state is closed to others while Tab is at work, but not to a command in it.
        using var shell = System.Management.Automation.PowerShell.Create(RunspaceMode.CurrentRunspace);
        return shell.AddCommand(@"Microsoft.PowerShell.Management\Convert-Path")
            .AddParameter("LiteralPath", path).AddParameter("ErrorAction", ActionPreference.Ignore).Invoke<string>().FirstOrDefault();
    }
}
