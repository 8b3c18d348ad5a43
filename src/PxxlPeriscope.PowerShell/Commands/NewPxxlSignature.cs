using System.Collections.Specialized;
using System.Globalization;
using System.Management.Automation;
using PxxlPeriscope.PowerShell.Transformation;
using PxxlPeriscope.Webhooks.Signatures;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Creates the headers that Pxxl would send with a body, for tests and replays.</summary>
[Cmdlet(VerbsCommon.New, "PxxlSignature")]
[OutputType(typeof(OrderedDictionary))]
public sealed class NewPxxlSignature : PSCmdlet
{
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [BodyTransformation]
    [AllowEmptyCollection]
    public byte[] Body { get; set; } = [];

    [Parameter(Mandatory = true)]
    [SecretTransformation(Exactly = true)]
    public Secret? Secret { get; set; }

    [Parameter]
    [ValidatePattern(@"^[a-z0-9_-]+\.[a-z0-9_.-]+$")]
    public string Event { get; set; } = "deployment.status_changed";

    [Parameter]
    [TimestampTransformation]
    public DateTimeOffset? Timestamp { get; set; }

    [Parameter]
    [ValidateSet("HashedSecret", "Secret", "BodySecret", "BodyHashedSecret")]
    public SignatureScheme Scheme { get; set; } = SignatureScheme.HashedSecret;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var timestamp = (Timestamp ?? DateTimeOffset.UtcNow).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var dot = Event.IndexOf('.');
        WriteObject(
            new OrderedDictionary
            {
                ["X-Pxxl-Event"] = Event.Remove(dot),
                ["X-Pxxl-Action-Type"] = Event.Substring(dot + 1),
                ["X-Pxxl-Timestamp"] = timestamp,
                ["X-Pxxl-Signature"] = WebhookSignature.Create(Body, timestamp, Secret!, Scheme),
            }
        );
    }
}
