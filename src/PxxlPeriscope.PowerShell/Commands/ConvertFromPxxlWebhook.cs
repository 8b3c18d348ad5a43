using System.Management.Automation;
using PxxlPeriscope.PowerShell.Cmdlets;
using PxxlPeriscope.PowerShell.Completion;
using PxxlPeriscope.PowerShell.Transformation;
using PxxlPeriscope.Webhooks;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Verifies a webhook and gives its event. There is no way around the verification.</summary>
[Cmdlet(VerbsData.ConvertFrom, "PxxlWebhook", DefaultParameterSetName = DefaultSet)]
[OutputType(typeof(PxxlWebhookEvent))]
public sealed class ConvertFromPxxlWebhook : WebhookCmdlet
{
    /// <summary>Reads the deployment again from Pxxl, since an event is only a hint. It costs one request.</summary>
    [Parameter]
    public SwitchParameter Refresh { get; set; }

    /// <summary>A connection of Connect-Pxxl for -Refresh, instead of the session's or the environment's.</summary>
    [Parameter]
    [ValidateNotNull]
    public PxxlConnection? Connection { get; set; }

    /// <summary>The team to ask about with -Refresh, by id or as an object of Get-PxxlTeam, instead of the connection's.</summary>
    [Parameter]
    [TeamTransformation]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TeamCompleter))]
    public string? TeamId { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => TryWebhook(() =>
    {
        var (check, request) = Verify();
        if (WebhookErrors.From(check) is { } failure)
        {
            throw failure;
        }

        var webhookEvent = WebhookEventReader.Read(request, check);
        WriteObject(Refresh ? RefreshEvent(webhookEvent, CreatePxxlClient(Connection, TeamId)) : webhookEvent);
    });
}
