using System.Collections;
using System.Management.Automation;
using System.Net;
using System.Security;

namespace PxxlPeriscope.PowerShell.Transformation;

/// <summary>Accepts a key or secret as SecureString, PSCredential (its password) or string.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>Whether to keep every character, including surrounding white space, as for a signing secret.</summary>
    public bool Exactly { get; set; }

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        Unwrap(inputData) is IList values ? values.Cast<object?>().Select(ConvertOne).ToArray() : ConvertOne(inputData);

    private Secret ConvertOne(object? input)
    {
        var text = Unwrap(input) switch
        {
            Secret secret => secret.Reveal(),
            SecureString secure => new NetworkCredential(string.Empty, secure).Password,
            PSCredential credential => credential.GetNetworkCredential().Password,
            string plain => plain,
            // The message never contains the value: it may be the key in an unexpected type.
            null => throw new ArgumentTransformationMetadataException("The key or secret is null. Check that the variable is set."),
            var other => throw new ArgumentTransformationMetadataException(
                $"The key or secret must be a SecureString, PSCredential or string, not {other.GetType().Name}."
            ),
        };
        try
        {
            return Exactly ? Secret.FromExactly(text) : Secret.From(text);
        }
        catch (ArgumentException exception)
        {
            throw new ArgumentTransformationMetadataException(exception.Message);
        }
    }

    private static object? Unwrap(object? input) => input is PSObject wrapped ? wrapped.BaseObject : input;
}
