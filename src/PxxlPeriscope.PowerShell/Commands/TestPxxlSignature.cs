using System.Management.Automation;
using PxxlPeriscope.PowerShell.Binding;
using PxxlPeriscope.PowerShell.Running;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Tells whether a webhook comes from Pxxl, is unchanged and is recent.</summary>
[Cmdlet(VerbsDiagnostic.Test, "PxxlSignature")]
[OutputType(typeof(bool), typeof(SignatureCheck))]
public sealed class TestPxxlSignature : ServiceCmdlet
{
    /// <summary>The raw body, as text or bytes, unparsed and unchanged.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [BodyTransformation]
    [AllowEmptyCollection]
    public byte[] Body { get; set; } = [];

    /// <summary>The header X-Pxxl-Signature.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [AllowEmptyString]
    [AllowNull]
    public string? Signature { get; set; }

    /// <summary>The header X-Pxxl-Timestamp.</summary>
    [Parameter(Position = 2)]
    [AllowEmptyString]
    [AllowNull]
    public string? Timestamp { get; set; }

    /// <summary>The signing secret, as SecureString or string; several while one is being replaced.</summary>
    [Parameter(Mandatory = true, Position = 3)]
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

    /// <summary>Gives the reason, the scheme that matched and the age, instead of true or false.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var check = WebhookSignature.Verify(Body, Signature, Timestamp, Secret, DateTimeOffset.UtcNow, IgnoreAge ? null : Tolerance.Duration(), Scheme);
        WriteVerbose($"Signature: {check.Reason}, scheme {check.Scheme?.ToString() ?? "none"}");
        WriteObject(Detailed ? check : (object)check.IsValid);
    }
}
