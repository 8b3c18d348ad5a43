using System.Management.Automation;
using PxxlPeriscope.PowerShell.Completion;
using PxxlPeriscope.PowerShell.Transformation;
using PxxlPeriscope.Pxxl;

namespace PxxlPeriscope.PowerShell.Cmdlets;

/// <summary>Base class of the cmdlets that call Pxxl.</summary>
public abstract class PxxlCmdlet : ServiceCmdlet
{
    private PxxlClient? _client;

    [Parameter]
    [ValidateNotNull]
    public PxxlConnection? Connection { get; set; }

    [Parameter]
    [TeamTransformation]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TeamCompleter))]
    public string? TeamId { get; set; }

    private protected PxxlClient Client => _client ??= CreatePxxlClient(Connection, TeamId);
}
