using System.Collections;
using System.Management.Automation;
using PxxlPeriscope.Periscope;
using PxxlPeriscope.PowerShell.Cmdlets;
using PxxlPeriscope.PowerShell.Completion;
using PxxlPeriscope.PowerShell.Transformation;
using PxxlPeriscope.Sync;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Reports to Periscope what changed at Pxxl since the last run; for schedules.</summary>
[Cmdlet(VerbsData.Sync, "PeriscopeDeployment", SupportsShouldProcess = true)]
[OutputType(typeof(SyncSummary), typeof(Receipt))]
public sealed class SyncPeriscopeDeployment : DeliveryCmdlet
{
    /// <summary>The folder that remembers how far the last run came. It must be there.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string StatePath { get; set; } = string.Empty;

    /// <summary>Reads at least so far back: a date, or a span before now such as 7d. A first run without it reads 30 days.</summary>
    [Parameter]
    [TimestampTransformation]
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

    /// <summary>After how long without a sign of life a run on another machine counts as abandoned; at least 2 minutes.</summary>
    [Parameter]
    [MinimumTimeSpan(Minutes = 2)]
    public TimeSpan AbandonedAfter { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How many reports are under way at once.</summary>
    [Parameter]
    [ValidateRange(1, 64)]
    public int ThrottleLimit { get; set; } = 4;

    /// <summary>Gives the receipts too, before the summary.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>A connection of Connect-Pxxl, instead of the session's or the environment's.</summary>
    [Parameter, ValidateNotNull]
    public PxxlConnection? PxxlConnection { get; set; }

    /// <summary>A connection of Connect-Periscope, instead of the session's or the environment's.</summary>
    [Parameter, ValidateNotNull]
    public PeriscopeConnection? PeriscopeConnection { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing() =>
        TryInvoke(
            null,
            () =>
            {
                var job = Open();
                var action = $"Synchronize deployments to Periscope, remembered in {job.StatePath}";
                if (ShouldProcess(action, action + "?", "Synchronize", out var reason))
                {
                    Run(job, new PeriscopeClient(PeriscopeConnection ?? Connections.RequirePeriscope(UserAgent), Log));
                }
                else if (reason == ShouldProcessReason.WhatIf)
                {
                    Await(job.PlanAsync(StopToken)).Reports.ForEach(report => ShouldProcess(report.Summary, "Report to Periscope"));
                }
            }
        );

    private SyncJob Open()
    {
        var pxxl = CreatePxxlClient(PxxlConnection, TeamId);
        return new(pxxl, Log)
        {
            StatePath = GetUnresolvedProviderPathFromPSPath(StatePath),
            OutboxPath = ResolveOutboxPath(OutboxPath, PeriscopeConnection),
            ProjectIds = ProjectId?.Select(project => Await(pxxl.FindProjectIdAsync(project, StopToken))).Distinct().ToList(),
            Since = Since,
            ThrottleLimit = ThrottleLimit,
            AbandonedAfter = AbandonedAfter,
            Conversion = new() { EnvironmentMap = StringMap.Read(EnvironmentMap), ServiceMap = StringMap.Read(ServiceMap) },
        };
    }

    private void Run(SyncJob job, PeriscopeClient periscope)
    {
        ForEach(
            job.RunAsync(periscope, StopToken),
            outcome =>
            {
                WriteObject(
                    PassThru && outcome.Receipt is not null ? [outcome.Receipt] : Array.Empty<Receipt>(),
                    enumerateCollection: true
                );
                return true;
            },
            "reports",
            () => job.TotalReports
        );
        // None where this run did nothing.
        WriteObject(job.Summary is null ? Array.Empty<SyncSummary>() : [job.Summary], enumerateCollection: true);
        if (job.Failure is not null)
        {
            WriteFailure(job.Failure, (object?)job.Summary ?? job.StatePath);
        }
    }
}
