using System.Management.Automation;
using PxxlPeriscope.PowerShell.Transformation;
using PxxlPeriscope.Webhooks;
using PxxlPeriscope.Webhooks.Signatures;

namespace PxxlPeriscope.PowerShell.Cmdlets;

/// <summary>A cmdlet that verifies a webhook: the ways in which one can be given, and the rules.</summary>
public abstract class WebhookCmdlet : ServiceCmdlet
{
    private const string SignatureSet = "Signature";
    private const string HeadersSet = "Headers";
    private const string WebhookDataSet = "WebhookData";
    private const string RequestSet = "Request";

    private protected const string DefaultSet = SignatureSet;

    private bool _hasWarned;

    /// <summary>The raw body, as text or bytes, unparsed and unchanged.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = SignatureSet)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = HeadersSet)]
    [BodyTransformation]
    [AllowEmptyCollection]
    public byte[] Body { get; set; } = [];

    /// <summary>The header X-Pxxl-Signature: hexadecimal or base64, with or without sha256= or v1=.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = SignatureSet)]
    [AllowEmptyString]
    [AllowNull]
    public string? Signature { get; set; }

    /// <summary>The header X-Pxxl-Timestamp: Unix seconds or milliseconds.</summary>
    [Parameter(Position = 2, ParameterSetName = SignatureSet)]
    [AllowEmptyString]
    [AllowNull]
    public string? Timestamp { get; set; }

    /// <summary>All headers, as hashtable, dictionary or object; their names in any case.</summary>
    [Parameter(Mandatory = true, ParameterSetName = HeadersSet)]
    [ValidateNotNull]
    public object? Headers { get; set; }

    /// <summary>The $WebhookData of an Azure Automation runbook, as it is.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = WebhookDataSet)]
    [ValidateNotNull]
    public object? WebhookData { get; set; }

    /// <summary>The request of an Azure Function, as it is; its Headers and RawBody are read.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RequestSet)]
    [ValidateNotNull]
    public object? Request { get; set; }

    /// <summary>The signing secret, as SecureString or string; several while one is being replaced.</summary>
    [Parameter(Mandatory = true)]
    [SecretTransformation(Exactly = true)]
    public Secret[] Secret { get; set; } = [];

    /// <summary>The signing scheme, where it is known. Auto tries those first that bind the timestamp.</summary>
    [Parameter]
    public SignatureScheme Scheme { get; set; }

    /// <summary>The largest age, in both directions.</summary>
    [Parameter]
    public TimeSpan Tolerance { get; set; } = WebhookSignature.DefaultTolerance;

    /// <summary>Accepts any age, for events that were kept.</summary>
    [Parameter]
    public SwitchParameter IgnoreAge { get; set; }

    /// <summary>A file that remembers what was accepted, so that nothing is accepted twice. Processes can share it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ReplayGuard { get; set; }

    private protected (SignatureCheck Check, WebhookRequest Request) Verify()
    {
        var verifier = new WebhookVerifier
        {
            Secrets = Secret,
            Scheme = Scheme,
            Tolerance = IgnoreAge ? null : Tolerance.Duration(),
            ReplayGuard = ReplayGuard is null ? null : new ReplayGuard(GetUnresolvedProviderPathFromPSPath(ReplayGuard)),
        };
        var (check, request) = Await(verifier.CheckAsync(Readings(), StopToken));
        WriteVerbose($"Signature: {check.Reason}, scheme {check.Scheme?.ToString() ?? "none"}.");
        if (check is { IsValid: true, BindsTimestamp: false } && ReplayGuard is null && !_hasWarned)
        {
            _hasWarned = true;
            WriteWarning($"The scheme {check.Scheme} does not bind the timestamp: whoever has seen this webhook can send it again at any time. Only -ReplayGuard protects. This is said once.");
        }

        return (check, request);
    }

    /// <summary>Does something with the webhook; whatever is wrong with it is its own error.</summary>
    private protected void TryWebhook(Action action) => TryInvoke(WebhookData ?? Request ?? Headers ?? Body, () =>
    {
        try
        {
            action();
        }
        catch (FormatException exception)
        {
            throw WebhookErrors.Malformed(exception);
        }
        catch (IOException exception)
        {
            throw WebhookErrors.GuardUnusable(exception);
        }
    });

    private IReadOnlyList<WebhookRequest> Readings() => ParameterSetName switch
    {
        WebhookDataSet => WebhookInputParser.ParseAutomation(WebhookData!),
        RequestSet => [WebhookInputParser.ParseFunctions(Request!)],
        HeadersSet => [WebhookRequest.From(Body, WebhookInputParser.ParseHeaders(Headers))],
        _ => [new WebhookRequest { Body = Body, Signature = Signature, Timestamp = Timestamp }],
    };
}
