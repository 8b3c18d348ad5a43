using System.Management.Automation;
using PxxlPeriscope.Http;
using PxxlPeriscope.Notifications;
using PxxlPeriscope.PowerShell.Cmdlets;
using PxxlPeriscope.PowerShell.Loading;
using PxxlPeriscope.PowerShell.Transformation;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Tells a chat, or a program at some address, of deployments, changes and budgets.</summary>
[Cmdlet(VerbsCommunications.Send, "PxxlNotification", DefaultParameterSetName = DeploymentSet, SupportsShouldProcess = true)]
[OutputType(typeof(Deployment), ParameterSetName = [DeploymentSet])]
[OutputType(typeof(DeploymentChange), ParameterSetName = [ChangeSet])]
[OutputType(typeof(BudgetFinding), ParameterSetName = [FindingSet])]
public sealed class SendPxxlNotification : ServiceCmdlet
{
    private const string DeploymentSet = "Deployment";
    private const string ChangeSet = "Change";
    private const string FindingSet = "Finding";

    private NotificationClient? _client;

    /// <summary>The address of the webhook, as SecureString, PSCredential (its password) or string. It is a secret, and never shown.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [NotificationAddressTransformation]
    public NotificationAddress? Uri { get; set; }

    /// <summary>Deployments, from <c>Get-PxxlDeployment</c>.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = DeploymentSet)]
    [ValidateNotNull]
    public Deployment[] Deployment { get; set; } = [];

    /// <summary>Changes of deployments.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ChangeSet)]
    [ValidateNotNull]
    public DeploymentChange[] Change { get; set; } = [];

    /// <summary>Budgets, from <c>Test-PxxlBudget</c>.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = FindingSet)]
    [ValidateNotNull]
    public BudgetFinding[] Finding { get; set; } = [];

    /// <summary>What takes it there. Without this, the host tells; one that no chat is known to have gets JSON.</summary>
    [Parameter]
    public NotificationFormat? As { get; set; }

    /// <summary>How often a notification is sent again after a failure that may pass; 0 never.</summary>
    [Parameter]
    [ValidateRange(0, 20)]
    public int MaximumRetryCount { get; set; } = 4;

    /// <summary>Seconds before the first repetition; it doubles from there, with jitter. Retry-After from the other side wins.</summary>
    [Parameter]
    [ValidateRange(1, 300)]
    public int RetryIntervalSec { get; set; } = 1;

    /// <summary>Seconds that one notification may take with all its repetitions.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; } = 300;

    /// <summary>Writes each object on, whatever became of its notification.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var deployment in Deployment)
        {
            Notify(Notification.Of(deployment), deployment);
        }

        foreach (var change in Change)
        {
            Notify(Notification.Of(change), change);
        }

        foreach (var finding in Finding)
        {
            Notify(Notification.Of(finding), finding);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _client?.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Notify(Notification notification, object target)
    {
        if (ShouldProcess(notification.Title, $"Notify {Uri}"))
        {
            _client ??= new NotificationClient(Uri!, HttpAssemblyLoader.Open, Adjust, Log);
            TryInvoke(target, () => Await(_client.SendAsync(notification, As ?? Uri!.Format, StopToken)));
        }

        if (PassThru)
        {
            WriteObject(target);
        }
    }

    private HttpClientSettings Adjust(HttpClientSettings settings) => settings with
    {
        UserAgent = UserAgent,
        MaximumRetryCount = MaximumRetryCount,
        RetryInterval = TimeSpan.FromSeconds(RetryIntervalSec),
        CallTimeout = TimeSpan.FromSeconds(TimeoutSec),
    };
}
