using System.Collections;
using System.Management.Automation;
using PxxlPeriscope.Periscope;
using PxxlPeriscope.PowerShell.Cmdlets;
using PxxlPeriscope.PowerShell.Completion;
using PxxlPeriscope.PowerShell.Transformation;
using PxxlPeriscope.Sync;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Reports changes at Pxxl since the last run to Periscope. Designed for scheduled runs.</summary>
[Cmdlet(VerbsData.Sync, "PeriscopeDeployment", SupportsShouldProcess = true)]
[OutputType(typeof(SyncSummary), typeof(Receipt))]
public sealed class SyncPeriscopeDeployment : DeliveryCmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string StatePath { get; set; } = string.Empty;

    [Parameter]
    [TimestampTransformation]
    public DateTimeOffset? Since { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProjectCompleter))]
    public string[]? ProjectId { get; set; }

    [Parameter]
    [TeamTransformation]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TeamCompleter))]
    public string? TeamId { get; set; }

    [Parameter]
    [ValidateNotNull]
    public IDictionary EnvironmentMap { get; set; } = new Hashtable();

    [Parameter]
    [ValidateNotNull]
    public IDictionary ServiceMap { get; set; } = new Hashtable();

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutboxPath { get; set; }

    [Parameter]
    [MinimumTimeSpan(Minutes = 2)]
    public TimeSpan AbandonedAfter { get; set; } = TimeSpan.FromMinutes(30);

    [Parameter]
    [ValidateRange(1, 64)]
    public int ThrottleLimit { get; set; } = 4;

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    [Parameter, ValidateNotNull]
    public PxxlConnection? PxxlConnection { get; set; }

    [Parameter, ValidateNotNull]
    public PeriscopeConnection? PeriscopeConnection { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing() =>
        TryInvoke(
            null,
            () =>
            {
                var job = Open();
                var action = $"Synchronize deployments to Periscope with the state in {job.StatePath}";
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
        // There is no summary if this run did nothing.
        WriteObject(job.Summary is null ? Array.Empty<SyncSummary>() : [job.Summary], enumerateCollection: true);
        if (job.Failure is not null)
        {
            WriteFailure(job.Failure, (object?)job.Summary ?? job.StatePath);
        }
    }
}
