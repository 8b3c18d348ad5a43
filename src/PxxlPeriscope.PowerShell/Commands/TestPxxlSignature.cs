using System.Management.Automation;
using PxxlPeriscope.PowerShell.Cmdlets;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Tests whether a webhook was sent by Pxxl, is unchanged and is recent.</summary>
[Cmdlet(VerbsDiagnostic.Test, "PxxlSignature", DefaultParameterSetName = DefaultSet)]
[OutputType(typeof(bool), typeof(SignatureCheck))]
public sealed class TestPxxlSignature : WebhookCmdlet
{
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() =>
        TryWebhook(() =>
        {
            var (verified, request) = Verify();
            var check = Accept(verified, request);
            WriteObject(Detailed ? check : (object)check.IsValid);
        });
}
