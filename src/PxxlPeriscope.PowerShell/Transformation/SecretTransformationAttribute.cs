using System.Collections;
using System.Management.Automation;
using System.Net;
using System.Security;

namespace PxxlPeriscope.PowerShell.Transformation;

/// <summary>Takes a key or secret as SecureString, PSCredential (its password) or string.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>For a signing secret: every character may be meant, white space too.</summary>
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
            // The value itself is never repeated: it may be the key in a wrong wrapping.
            null => throw new ArgumentTransformationMetadataException("A key is needed, and this is null. Is the variable set?"),
            var other => throw new ArgumentTransformationMetadataException(
                $"A key is taken as SecureString, PSCredential or string, not as {other.GetType().Name}."
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
