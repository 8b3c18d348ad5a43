using System.Management.Automation;
using PxxlPeriscope.PowerShell.Cmdlets;
using PxxlPeriscope.PowerShell.Errors;
using PxxlPeriscope.PowerShell.Loading;
using PxxlPeriscope.PowerShell.Transformation;
using PxxlPeriscope.Webhooks.Receiving;
using PxxlPeriscope.Webhooks.Signatures;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Receives webhooks on this machine: answers 2xx once an event is safely kept, and removes it once the pipeline has taken it.</summary>
[Cmdlet(VerbsCommunications.Receive, "PxxlWebhook")]
[OutputType(typeof(PxxlWebhookEvent))]
public sealed class ReceivePxxlWebhook : PxxlCmdlet
{
    /// <summary>The signing secret, as SecureString or string; several while one is being replaced.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [SecretTransformation(Exactly = true)]
    public Secret[] Secret { get; set; } = [];

    /// <summary>Where to listen. Loopback only, unless you say otherwise.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Prefix { get; set; } = ["http://127.0.0.1:8787/"];

    /// <summary>The path that is answered, instead of each prefix's own.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>The folder in which events wait. One of its own in the user's data folder by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? InboxPath { get; set; }

    /// <summary>The signing scheme, where it is known. Auto tries those first that bind the timestamp.</summary>
    [Parameter]
    public SignatureScheme Scheme { get; set; }

    /// <summary>The largest age, in both directions.</summary>
    [Parameter]
    public TimeSpan Tolerance { get; set; } = WebhookSignature.DefaultTolerance;

    /// <summary>A file that remembers what was accepted, so that nothing is accepted twice. Processes can share it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ReplayGuard { get; set; }

    /// <summary>The largest body, in bytes.</summary>
    [Parameter]
    [ValidateRange(1, 16 * 1024 * 1024)]
    public int MaximumBodySize { get; set; } = 1024 * 1024;

    /// <summary>Seconds that a sender may take for its body.</summary>
    [Parameter]
    [ValidateRange(1, 600)]
    public int RequestTimeoutSec { get; set; } = 30;

    /// <summary>Ends after so many events.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = int.MaxValue;

    /// <summary>Ends after so many seconds.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue / 1000)]
    public int? TimeoutSec { get; set; }

    /// <summary>Reads each deployment again from Pxxl, since an event is only a hint. It costs one request each.</summary>
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
        // Whoever claimed it removes it when it is dealt with; else handing it on was all there was to do.
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
