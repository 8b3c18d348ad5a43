using System.Management.Automation;
using PxxlPeriscope.Http;
using PxxlPeriscope.Notifications;
using PxxlPeriscope.PowerShell.Cmdlets;
using PxxlPeriscope.PowerShell.Errors;
using PxxlPeriscope.PowerShell.Loading;
using PxxlPeriscope.PowerShell.Transformation;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Sends notifications about deployments, changes and budgets to a chat or another webhook.</summary>
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

    [Parameter(Mandatory = true, Position = 0)]
    [NotificationAddressTransformation]
    public NotificationAddress? Uri { get; set; }

    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = DeploymentSet)]
    [ValidateNotNull]
    public Deployment[] Deployment { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ChangeSet)]
    [ValidateNotNull]
    public DeploymentChange[] Change { get; set; } = [];

    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = FindingSet)]
    [ValidateNotNull]
    public BudgetFinding[] Finding { get; set; } = [];

    [Parameter]
    public NotificationFormat? As { get; set; }

    [Parameter]
    [ValidateRange(0, 20)]
    public int MaximumRetryCount { get; set; } = 4;

    [Parameter]
    [ValidateRange(1, 300)]
    public int RetryIntervalSec { get; set; } = 1;

    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; } = 300;

    [Parameter]
    [ValidateNotNull]
    public Uri? Proxy { get; set; }

    [Parameter]
    [Credential]
    public PSCredential? ProxyCredential { get; set; }

    [Parameter]
    public SwitchParameter NoProxy { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (Proxy is not null && NoProxy)
        {
            ThrowTerminatingError(ErrorRecords.AmbiguousProxy());
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        Array.ForEach(Deployment, deployment => Notify(Notification.Of(deployment), deployment));
        Array.ForEach(Change, change => Notify(Notification.Of(change), change));
        Array.ForEach(Finding, finding => Notify(Notification.Of(finding), finding));
    }

    private void Notify(Notification notification, object target)
    {
        if (ShouldProcess(notification.Title, $"Notify {Uri}"))
        {
            _client ??= RegisterForDispose(new NotificationClient(Uri!, HttpAssemblyLoader.Open, Adjust, Log));
            TryInvoke(target, () => Await(_client.SendAsync(notification, As ?? Uri!.Format, StopToken)));
        }

        if (PassThru)
        {
            WriteObject(target);
        }
    }

    private HttpClientSettings Adjust(HttpClientSettings settings) =>
        settings with
        {
            UserAgent = UserAgent,
            Proxy = ToWebProxy(Proxy, ProxyCredential),
            NoProxy = NoProxy,
            MaximumRetryCount = MaximumRetryCount,
            RetryInterval = TimeSpan.FromSeconds(RetryIntervalSec),
            CallTimeout = TimeSpan.FromSeconds(TimeoutSec),
        };
}
