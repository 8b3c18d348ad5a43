using System.Collections;
using System.Management.Automation;
using PxxlPeriscope.PowerShell.Binding;
using PxxlPeriscope.PowerShell.Running;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Reports to Periscope what changed at Pxxl since the last run; for schedules.</summary>
[Cmdlet(VerbsData.Sync, "PeriscopeDeployment", SupportsShouldProcess = true)]
[OutputType(typeof(SyncSummary), typeof(Receipt))]
public sealed class SyncPeriscopeDeployment : ServiceCmdlet
{
    /// <summary>The folder that remembers how far the last run came. It must be there.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string StatePath { get; set; } = string.Empty;

    /// <summary>Reads at least so far back: a date, or a span before now such as 7d. A first run without it reads 30 days.</summary>
    [Parameter]
    [MomentTransformation]
    public DateTimeOffset? Since { get; set; }

    /// <summary>Only deployments of these projects, by id or name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProjectCompleter))]
    public string[]? ProjectId { get; set; }

    /// <summary>The team at Pxxl, by id or as an object of Get-PxxlTeam, instead of the connection's.</summary>
    [Parameter]
    [TeamTransformation]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TeamCompleter))]
    public string? TeamId { get; set; }

    /// <summary>Periscope's environment by the word that Pxxl has, as in @{ prod = 'production' }.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary EnvironmentMap { get; set; } = new Hashtable();

    /// <summary>Periscope's service by project name or id, as in @{ 'checkout-api' = 'shop/checkout' }.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary ServiceMap { get; set; } = new Hashtable();

    /// <summary>A folder that keeps what cannot be delivered; without it that stays in the state. Either is tried again by the next run.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutboxPath { get; set; }

    /// <summary>How many reports are under way at once.</summary>
    [Parameter]
    [ValidateRange(1, 64)]
    public int ThrottleLimit { get; set; } = 4;

    /// <summary>Gives the receipts too, before the summary.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>A connection of Connect-Pxxl, instead of the session's or the environment's.</summary>
    [Parameter]
    [ValidateNotNull]
    public PxxlConnection? PxxlConnection { get; set; }

    /// <summary>A connection of Connect-Periscope, instead of the session's or the environment's.</summary>
    [Parameter]
    [ValidateNotNull]
    public PeriscopeConnection? PeriscopeConnection { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing() => Try(null, () =>
    {
        var run = Open();
        var what = $"Synchronise deployments to Periscope, remembered in {run.StatePath}";
        if (ShouldProcess(what, what + "?", "Synchronise", out var reason))
        {
            Run(run, new PeriscopeClient(PeriscopeConnection ?? Connections.RequirePeriscope(UserAgent), Log));
        }
        else if (reason == ShouldProcessReason.WhatIf)
        {
            foreach (var report in Await(run.PlanAsync(StopToken)).Reports)
            {
                ShouldProcess(report.Summary, "Report to Periscope");
            }
        }
    });

    private SyncRun Open()
    {
        var pxxl = PxxlBy(PxxlConnection, TeamId);
        return new SyncRun(pxxl, Log)
        {
            StatePath = GetUnresolvedProviderPathFromPSPath(StatePath),
            OutboxPath = OutboxFolder(OutboxPath, PeriscopeConnection),
            ProjectIds = ProjectId?.Select(project => Await(pxxl.FindProjectIdAsync(project, StopToken))).Distinct().ToList(),
            Since = Since,
            ThrottleLimit = ThrottleLimit,
            Conversion = new() { EnvironmentMap = WordMap.Read(EnvironmentMap), ServiceMap = WordMap.Read(ServiceMap) },
        };
    }

    private void Run(SyncRun run, PeriscopeClient periscope)
    {
        ForEach(run.RunAsync(periscope, StopToken), outcome =>
        {
            WriteObject(PassThru && outcome.Receipt is not null ? [outcome.Receipt] : Array.Empty<Receipt>(), enumerateCollection: true);
            return true;
        }, "reports", () => run.Total);
        // None where another run was under way.
        WriteObject(run.Summary is null ? Array.Empty<SyncSummary>() : [run.Summary], enumerateCollection: true);
        if (run.Failure is not null)
        {
            WriteFailure(run.Failure, run.Summary);
        }
    }
}
