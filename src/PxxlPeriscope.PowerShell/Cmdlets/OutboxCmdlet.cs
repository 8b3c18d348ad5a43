using System.Management.Automation;
using PxxlPeriscope.PowerShell.Completion;
using PxxlPeriscope.PowerShell.Transformation;

namespace PxxlPeriscope.PowerShell.Cmdlets;

/// <summary>Base class of cmdlets for outbox items. Adds the parameters that select them.</summary>
public abstract class OutboxCmdlet : DeliveryCmdlet
{
    private protected const string FolderSet = "Folder";
    private protected const string ItemSet = "Item";

    [Parameter(Position = 0, ParameterSetName = FolderSet)]
    [ValidateNotNullOrEmpty]
    public string? OutboxPath { get; set; }

    [Parameter(ParameterSetName = FolderSet)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(OutboxItemCompleter))]
    public string[]? DeploymentId { get; set; }

    private protected string RequireOutboxPath(PeriscopeConnection? connection = null) =>
        ResolveOutboxPath(OutboxPath, connection)
        ?? throw new ServiceException(
            ServiceName.Periscope,
            StateFailure.StateUnusable,
            "No outbox specified. Use -OutboxPath, or set one for the session with Connect-Periscope -OutboxPath."
        );

    private protected void WriteMissing(OutboxItem item) => WriteVerbose($"The outbox item {item.DeploymentId} no longer exists.");

    /// <summary>Returns the selected items, in the same order.</summary>
    private protected IEnumerable<OutboxItem> SelectItems(IEnumerable<OutboxItem> items)
    {
        var isSelected = WildcardMatcher.Compile(DeploymentId);
        return items.Where(item => isSelected is null || isSelected(item.DeploymentId));
    }
}
