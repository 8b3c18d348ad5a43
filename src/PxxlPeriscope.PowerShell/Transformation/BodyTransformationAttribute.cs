using System.Collections;
using System.Management.Automation;
using System.Text;

namespace PxxlPeriscope.PowerShell.Transformation;

/// <summary>Takes a body as bytes, or as text that is meant in UTF-8.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BodyTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
        {
            byte[] bytes => bytes,
            string text => Encoding.UTF8.GetBytes(text),
            // What Get-Content gives for bytes without -Raw. Lines of text are no body: their ends are lost.
            IList list when list.Cast<object>().All(item => (item is PSObject each ? each.BaseObject : item) is byte) => list.Cast<object>()
                .Select(item => (byte)(item is PSObject each ? each.BaseObject : item))
                .ToArray(),
            _ => throw new ArgumentTransformationMetadataException(
                "The raw body is needed, byte for byte: a string or bytes. Read a file with Get-Content -Raw, and do not parse the JSON first."
            ),
        };
}
