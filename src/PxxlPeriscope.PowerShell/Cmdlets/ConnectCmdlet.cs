using System.Management.Automation;
using PxxlPeriscope.Http;
using PxxlPeriscope.PowerShell.Transformation;

namespace PxxlPeriscope.PowerShell.Cmdlets;

/// <summary>Base class of the cmdlets that create a connection, with the parameters common to both services.</summary>
public abstract class ConnectCmdlet : ServiceCmdlet
{
    private protected const string ProxySet = "Proxy";
    private protected const string NoProxySet = "NoProxy";

    [Parameter(Position = 0)]
    [SecretTransformation]
    public Secret? ApiKey { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? BaseUri { get; set; }

    [Parameter(ParameterSetName = ProxySet)]
    [ValidateNotNull]
    public Uri? Proxy { get; set; }

    [Parameter(ParameterSetName = ProxySet)]
    [Credential]
    public PSCredential? ProxyCredential { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = NoProxySet)]
    public SwitchParameter NoProxy { get; set; }

    [Parameter]
    [ValidateRange(0, 20)]
    public int MaximumRetryCount { get; set; } = 4;

    [Parameter]
    [ValidateRange(1, 300)]
    public int RetryIntervalSec { get; set; } = 1;

    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; } = 300;

    private protected HttpClientSettings Settings(Uri baseUri, Secret key) =>
        new()
        {
            BaseUri = baseUri,
            ApiKey = key,
            UserAgent = UserAgent,
            Proxy = ToWebProxy(Proxy, ProxyCredential),
            NoProxy = NoProxy,
            MaximumRetryCount = MaximumRetryCount,
            RetryInterval = TimeSpan.FromSeconds(RetryIntervalSec),
            CallTimeout = TimeSpan.FromSeconds(TimeoutSec),
        };
}
