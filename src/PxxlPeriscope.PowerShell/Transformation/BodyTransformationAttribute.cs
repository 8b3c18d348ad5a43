using System.Collections;
using System.Management.Automation;
using System.Text;

namespace PxxlPeriscope.PowerShell.Transformation;

/// <summary>Accepts a body as bytes, or as text to be encoded as UTF-8.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BodyTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
        {
            byte[] bytes => bytes,
            string text => Encoding.UTF8.GetBytes(text),
            // Get-Content without -Raw returns bytes as a list. A list of text lines is not accepted: the line endings are lost.
            IList list when list.Cast<object>().All(item => (item is PSObject each ? each.BaseObject : item) is byte) => list.Cast<object>()
                .Select(item => (byte)(item is PSObject each ? each.BaseObject : item))
                .ToArray(),
            _ => throw new ArgumentTransformationMetadataException(
                "Expected the raw body as a string or bytes. Read a file with Get-Content -Raw, and do not parse the JSON first."
            ),
        };
}
