using System.Management.Automation;

namespace PxxlPeriscope.PowerShell.Running;

/// <summary>A cmdlet that asks Pxxl.</summary>
public abstract class PxxlCmdlet : ServiceCmdlet
{
    private PxxlClient? _client;

    /// <summary>A connection of <c>Connect-Pxxl</c>, instead of the session's or the environment's.</summary>
    [Parameter]
    [ValidateNotNull]
    public PxxlConnection? Connection { get; set; }

    private protected PxxlClient Client => _client ??= PxxlBy(Connection);
}
