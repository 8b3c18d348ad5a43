using System.Management.Automation;
using PxxlPeriscope.PowerShell.Cmdlets;
using PxxlPeriscope.PowerShell.Errors;
using PxxlPeriscope.PowerShell.Loading;
using PxxlPeriscope.PowerShell.Transformation;
using PxxlPeriscope.Webhooks.Receiving;
using PxxlPeriscope.Webhooks.Signatures;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>
/// Receives webhooks on this machine. It answers 2xx once an event is stored, and removes the event once the pipeline has processed it.
/// </summary>
[Cmdlet(VerbsCommunications.Receive, "PxxlWebhook")]
[OutputType(typeof(PxxlWebhookEvent))]
public sealed class ReceivePxxlWebhook : PxxlCmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    [SecretTransformation(Exactly = true)]
    public Secret[] Secret { get; set; } = [];

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Prefix { get; set; } = ["http://127.0.0.1:8787/"];

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? InboxPath { get; set; }

    [Parameter]
    public SignatureScheme Scheme { get; set; }

    [Parameter]
    public TimeSpan Tolerance { get; set; } = WebhookSignature.DefaultTolerance;

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ReplayGuard { get; set; }

    [Parameter]
    [ValidateRange(1, 16 * 1024 * 1024)]
    public int MaximumBodySize { get; set; } = 1024 * 1024;

    [Parameter]
    [ValidateRange(1, 600)]
    public int RequestTimeoutSec { get; set; } = 30;

    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = int.MaxValue;

    [Parameter]
    [ValidateRange(1, int.MaxValue / 1000)]
    public int? TimeoutSec { get; set; }

    [Parameter]
    public SwitchParameter Refresh { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var received = 0;
        try
        {
            var webhooks = Receiver().ReceiveAsync(Count, TimeoutSec is { } seconds ? TimeSpan.FromSeconds(seconds) : null, StopToken);
            ForEach(
                Lookahead.ReadAsync(webhooks, webhook => webhook.Event is not null && received + 1 >= Count, StopToken),
                webhook =>
                {
                    if (!TryInvoke(webhook.Row.InboxItem.Path, () => Emit(webhook.Row, webhook.Next)) && webhook.Row.Event is not null)
                    {
                        webhook.Row.InboxItem.Release();
                    }

                    received += webhook.Row.Event is null || webhook.Row.IsRetry ? 0 : 1;
                    return received < Count;
                },
                "webhooks",
                waiting: $"Listening on {string.Join(", ", Prefix)}"
            );
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            ThrowTerminatingError(ErrorRecords.CannotReceive(exception, Prefix));
        }
    }

    private void Emit(ReceivedWebhook webhook, Task? next)
    {
        var webhookEvent =
            webhook.Failure is { } failure ? throw failure
            : Refresh ? RefreshEvent(webhook.Event!, Client)
            : webhook.Event!;
        WriteObject(webhookEvent with { NextEvent = next });
        // A cmdlet that claimed the event removes it once it is processed; otherwise writing it to the pipeline is sufficient.
        if (!webhook.InboxItem.IsClaimed)
        {
            Await(webhook.InboxItem.CompleteAsync(StopToken));
        }
    }

    private WebhookReceiver Receiver() =>
        new(
            new WebhookListenerSettings
            {
                Prefixes = [.. Prefix.Select(ListenPrefix.Parse)],
                Path = Path,
                MaximumBodyBytes = MaximumBodySize,
                BodyTimeout = TimeSpan.FromSeconds(RequestTimeoutSec),
            },
            WebhookCmdlet.CreateVerifier(this, Secret, Scheme, Tolerance.Duration(), ReplayGuard),
            new WebhookInbox(InboxPath is null ? WebhookInbox.GetDefaultFolder() : GetUnresolvedProviderPathFromPSPath(InboxPath)),
            ServerAssemblyLoader.Open,
            Log
        );
}
