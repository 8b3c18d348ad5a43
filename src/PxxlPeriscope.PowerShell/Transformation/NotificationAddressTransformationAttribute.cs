using System.Management.Automation;
using System.Net;
using System.Security;

namespace PxxlPeriscope.PowerShell.Transformation;

/// <summary>Accepts a webhook address, which is a secret, as SecureString, PSCredential (its password), string or Uri.</summary>
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
                // The message never contains the value: it may be the address in an unexpected type.
                null => throw new ArgumentTransformationMetadataException("The address is null. Check that the variable is set."),
                var other => throw new ArgumentTransformationMetadataException(
                    $"The address must be a SecureString, PSCredential, string or Uri, not {other.GetType().Name}."
                ),
            };
        }
        catch (FormatException exception)
        {
            throw new ArgumentTransformationMetadataException(exception.Message);
        }
    }
}
