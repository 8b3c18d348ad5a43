using System.Management.Automation;
using PxxlPeriscope.PowerShell.Cmdlets;
using PxxlPeriscope.PowerShell.Completion;
using PxxlPeriscope.PowerShell.Transformation;
using PxxlPeriscope.Webhooks;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Verifies a webhook and returns its event. The verification cannot be skipped.</summary>
[Cmdlet(VerbsData.ConvertFrom, "PxxlWebhook", DefaultParameterSetName = DefaultSet)]
[OutputType(typeof(PxxlWebhookEvent))]
public sealed class ConvertFromPxxlWebhook : WebhookCmdlet
{
    [Parameter]
    public SwitchParameter Refresh { get; set; }

    [Parameter]
    [ValidateNotNull]
    public PxxlConnection? Connection { get; set; }

    [Parameter]
    [TeamTransformation]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TeamCompleter))]
    public string? TeamId { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() =>
        TryWebhook(() =>
        {
            var (check, request) = Verify();
            ThrowIfRefused(check);
            var webhookEvent = WebhookEventReader.Read(request, check);
            if (Refresh)
            {
                webhookEvent = RefreshEvent(webhookEvent, CreatePxxlClient(Connection, TeamId));
            }

            // Last, so that an event that could not be processed is accepted when Pxxl delivers it again.
            ThrowIfRefused(Accept(check, request));
            WriteObject(webhookEvent);
        });

    private static void ThrowIfRefused(SignatureCheck check)
    {
        if (WebhookErrors.From(check) is { } failure)
        {
            throw failure;
        }
    }
}
