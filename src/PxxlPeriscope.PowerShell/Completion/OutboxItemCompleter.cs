using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using PxxlPeriscope.Outbox;
using PxxlPeriscope.PowerShell.Session;
using PxxlPeriscope.PowerShell.Views;

namespace PxxlPeriscope.PowerShell.Completion;

/// <summary>Completes the deployment ids of the reports in the specified outbox, or in the outbox of the session.</summary>
public sealed class OutboxItemCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters
    )
    {
        try
        {
            var word = CompletionWord.Parse(wordToComplete);
            return Folder(fakeBoundParameters) is { } folder && Await(ReportOutbox.OpenReadOnlyAsync(folder, default)) is var outbox
                ? CompletionResults.Create(
                    Await(outbox.ListPendingAsync(default))
                        .Concat(Await(outbox.ListDeadLettersAsync(default)))
                        .GroupBy(item => item.DeploymentId)
                        .Select(Suggest),
                    word
                )
                : [];
        }
        catch (Exception exception)
            when (exception
                    is ServiceException
                        or IOException
                        or UnauthorizedAccessException
                        or RuntimeException
                        or InvalidOperationException
            )
        {
            // The command itself reports the error.
            return [];
        }
    }

    /// <summary>A completer cannot be asynchronous. It waits at most for another process that has a file open.</summary>
    private static T Await<T>(Task<T> task) => task.GetAwaiter().GetResult();

    private static CompletionCandidate Suggest(IGrouping<string, OutboxItem> items) =>
        new(WildcardPattern.Escape(items.Key), string.Join("; ", items.Select(FormatToolTip)), items.Key);

    private static string FormatToolTip(OutboxItem item) =>
        CompletionResults.FormatToolTip(
            item.Status,
            $"{DeploymentView.Age(item.QueuedAt)} here",
            item.IsDead ? "refused" : null,
            item.Service,
            DeliveryView.LastError(item)
        );

    private static string? Folder(IDictionary bound) =>
        Runspace.DefaultRunspace is null ? null
        : bound["OutboxPath"]?.ToString() is { Length: > 0 } path ? Resolved(path)
        : RunspaceConnections.Current.Periscope?.OutboxPath;

    private static string? Resolved(string path)
    {
        // The session state is not accessible during completion, but a command that runs in the session can use it.
        using var shell = System.Management.Automation.PowerShell.Create(RunspaceMode.CurrentRunspace);
        return shell
            .AddCommand(@"Microsoft.PowerShell.Management\Convert-Path")
            .AddParameter("LiteralPath", path)
            .AddParameter("ErrorAction", ActionPreference.Ignore)
            .Invoke<string>()
            .FirstOrDefault();
    }
}
