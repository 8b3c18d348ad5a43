using System.Management.Automation;
using System.Net;
using System.Security;

namespace PxxlPeriscope.PowerShell.Transformation;

/// <summary>Takes the address of a webhook, which is a secret, as SecureString, PSCredential (its password), string or Uri.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NotificationAddressTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var input = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        try
        {
            return input switch
            {
                NotificationAddress address => address,
                SecureString secure => NotificationAddress.From(new NetworkCredential(string.Empty, secure).Password),
                PSCredential credential => NotificationAddress.From(credential.GetNetworkCredential().Password),
                string plain => NotificationAddress.From(plain),
                Uri uri => NotificationAddress.From(uri.OriginalString),
                // The value itself is never repeated: it may be the address in a wrong wrapping.
                null => throw new ArgumentTransformationMetadataException("An address is needed, and this is null. Is the variable set?"),
                var other => throw new ArgumentTransformationMetadataException(
                    $"The address is taken as SecureString, PSCredential, string or Uri, not as {other.GetType().Name}."
                ),
            };
        }
        catch (FormatException exception)
        {
            throw new ArgumentTransformationMetadataException(exception.Message);
        }
    }
}
