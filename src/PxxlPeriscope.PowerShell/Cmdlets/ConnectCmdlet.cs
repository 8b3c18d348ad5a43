using System.Management.Automation;
using System.Net;
using PxxlPeriscope.Http;
using PxxlPeriscope.PowerShell.Transformation;

namespace PxxlPeriscope.PowerShell.Cmdlets;

/// <summary>A cmdlet that makes a connection: the parameters that both services' have.</summary>
public abstract class ConnectCmdlet : ServiceCmdlet
{
    private protected const string ProxySet = "Proxy";
    private protected const string NoProxySet = "NoProxy";

    /// <summary>The key, as SecureString, PSCredential (its password) or string. A string typed here stays in the shell's history.</summary>
    [Parameter(Position = 0)]
    [SecretTransformation]
    public Secret? ApiKey { get; set; }

    /// <summary>Where the API is; https only, http for this machine.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? BaseUri { get; set; }

    /// <summary>A proxy instead of the system's.</summary>
    [Parameter(ParameterSetName = ProxySet)]
    [ValidateNotNull]
    public Uri? Proxy { get; set; }

    /// <summary>User name and password for the proxy.</summary>
    [Parameter(ParameterSetName = ProxySet)]
    [Credential]
    public PSCredential? ProxyCredential { get; set; }

    /// <summary>No proxy, not even the system's.</summary>
    [Parameter(Mandatory = true, ParameterSetName = NoProxySet)]
    public SwitchParameter NoProxy { get; set; }

    /// <summary>How often a call that may be repeated is sent again after a failure that may pass; 0 never.</summary>
    [Parameter]
    [ValidateRange(0, 20)]
    public int MaximumRetryCount { get; set; } = 4;

    /// <summary>Seconds before the first repetition; it doubles from there, with jitter. Retry-After from the service wins.</summary>
    [Parameter]
    [ValidateRange(1, 300)]
    public int RetryIntervalSec { get; set; } = 1;

    /// <summary>Seconds that one call may take with all its repetitions.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; } = 300;

    private protected HttpClientSettings Settings(Uri baseUri, Secret key) => new()
    {
        BaseUri = baseUri,
        ApiKey = key,
        UserAgent = UserAgent,
        Proxy = Proxy is null ? null : new WebProxy(Proxy) { Credentials = ProxyCredential?.GetNetworkCredential() },
        NoProxy = NoProxy,
        MaximumRetryCount = MaximumRetryCount,
        RetryInterval = TimeSpan.FromSeconds(RetryIntervalSec),
        CallTimeout = TimeSpan.FromSeconds(TimeoutSec),
    };
}
