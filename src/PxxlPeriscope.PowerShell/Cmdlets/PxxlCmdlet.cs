using System.Management.Automation;
using PxxlPeriscope.PowerShell.Completion;
using PxxlPeriscope.PowerShell.Transformation;
using PxxlPeriscope.Pxxl;

namespace PxxlPeriscope.PowerShell.Cmdlets;

/// <summary>A cmdlet that asks Pxxl.</summary>
public abstract class PxxlCmdlet : ServiceCmdlet
{
    private PxxlClient? _client;

    /// <summary>A connection of <c>Connect-Pxxl</c>, instead of the session's or the environment's.</summary>
    [Parameter]
    [ValidateNotNull]
    public PxxlConnection? Connection { get; set; }

    /// <summary>The team to ask about in this call, by id or as an object of <c>Get-PxxlTeam</c>, instead of the connection's.</summary>
    [Parameter]
    [TeamTransformation]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TeamCompleter))]
    public string? TeamId { get; set; }

    private protected PxxlClient Client => _client ??= CreatePxxlClient(Connection, TeamId);
}
