using System.Management.Automation;
using PxxlPeriscope.PowerShell.Transformation;
using PxxlPeriscope.Webhooks;
using PxxlPeriscope.Webhooks.Signatures;

namespace PxxlPeriscope.PowerShell.Cmdlets;

/// <summary>Base class of the cmdlets that verify a webhook, with the input formats and verification options.</summary>
public abstract class WebhookCmdlet : ServiceCmdlet
{
    private const string SignatureSet = "Signature";
    private const string HeadersSet = "Headers";
    private const string WebhookDataSet = "WebhookData";
    private const string RequestSet = "Request";

    private protected const string DefaultSet = SignatureSet;

    private bool _hasWarned;

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = SignatureSet)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = HeadersSet)]
    [BodyTransformation]
    [AllowEmptyCollection]
    public byte[] Body { get; set; } = [];

    [Parameter(Mandatory = true, Position = 1, ParameterSetName = SignatureSet)]
    [AllowEmptyString]
    [AllowNull]
    public string? Signature { get; set; }

    [Parameter(Position = 2, ParameterSetName = SignatureSet)]
    [AllowEmptyString]
    [AllowNull]
    public string? Timestamp { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = HeadersSet)]
    [ValidateNotNull]
    public object? Headers { get; set; }

    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = WebhookDataSet)]
    [ValidateNotNull]
    public object? WebhookData { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = RequestSet)]
    [ValidateNotNull]
    public object? Request { get; set; }

    [Parameter(Mandatory = true)]
    [SecretTransformation(Exactly = true)]
    public Secret[] Secret { get; set; } = [];

    [Parameter]
    public SignatureScheme Scheme { get; set; }

    [Parameter]
    public TimeSpan Tolerance { get; set; } = WebhookSignature.DefaultTolerance;

    [Parameter]
    public SwitchParameter IgnoreAge { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ReplayGuard { get; set; }

    /// <summary>Creates a verifier from the parameters of a cmdlet.</summary>
    internal static WebhookVerifier CreateVerifier(
        PSCmdlet cmdlet,
        Secret[] secrets,
        SignatureScheme scheme,
        TimeSpan? tolerance,
        string? replayGuard
    ) =>
        new()
        {
            Secrets = secrets,
            Scheme = scheme,
            Tolerance = tolerance,
            ReplayGuard = replayGuard is null ? null : new ReplayGuard(cmdlet.GetUnresolvedProviderPathFromPSPath(replayGuard)),
        };

    /// <summary>Verifies the webhook without recording it in the replay guard; <see cref="Accept"/> does that.</summary>
    private protected (SignatureCheck Check, WebhookRequest Request) Verify()
    {
        var (check, request) = Await(Verifier.PeekAsync(ParseRequests(), StopToken));
        WriteVerbose($"Signature: {check.Reason}, scheme {check.Scheme?.ToString() ?? "none"}.");
        if (check is { IsValid: true, BindsTimestamp: false } && ReplayGuard is null && !_hasWarned)
        {
            _hasWarned = true;
            WriteWarning(
                $"The scheme {check.Scheme} does not bind the timestamp: anyone who has seen this webhook can send it again at any time. "
                    + "Only -ReplayGuard protects against that. This warning is shown once."
            );
        }

        return (check, request);
    }

    /// <summary>Records a webhook in the replay guard. The check fails as replayed if the webhook was already recorded.</summary>
    private protected SignatureCheck Accept(SignatureCheck check, WebhookRequest request) =>
        Await(Verifier.AcceptAsync(request, check, StopToken));

    private WebhookVerifier Verifier =>
        new()
        {
            Secrets = Secret,
            Scheme = Scheme,
            Tolerance = IgnoreAge ? null : Tolerance.Duration(),
            ReplayGuard = ReplayGuard is null ? null : new ReplayGuard(GetUnresolvedProviderPathFromPSPath(ReplayGuard)),
        };

    /// <summary>Runs an action for the webhook and reports any problem with the webhook as an error for it.</summary>
    private protected void TryWebhook(Action action) =>
        TryInvoke(
            WebhookData ?? Request ?? Headers ?? Body,
            () =>
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
            }
        );

    private IEnumerable<WebhookRequest> ParseRequests() =>
        ParameterSetName switch
        {
            WebhookDataSet => WebhookInputParser.ParseAutomation(WebhookData!),
            RequestSet => [WebhookInputParser.ParseFunctions(Request!)],
            HeadersSet => [WebhookRequest.From(Body, WebhookInputParser.ParseHeaders(Headers))],
            _ =>
            [
                new WebhookRequest
                {
                    Body = Body,
                    Signature = Signature,
                    Timestamp = Timestamp,
                },
            ],
        };
}
