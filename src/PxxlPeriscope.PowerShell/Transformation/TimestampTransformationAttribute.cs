using System.Management.Automation;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.PowerShell.Transformation;

/// <summary>
/// Takes a moment as date, text (ISO 8601; without an offset it is local time, as everywhere in PowerShell), Unix seconds, or
/// as a span before now: <c>90m</c>, <c>12h</c>, <c>7d</c>, <c>2w</c>. Empty text, as in a variable that is not set, is no value.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TimestampTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override bool TransformNullOptionalParameters => true;

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var timestamp = TimestampText.Parse(
            inputData is PSObject wrapped ? wrapped.BaseObject : inputData,
            DateTimeOffset.UtcNow,
            out var problem
        );
        return problem is null
            ? timestamp
            : throw new ArgumentTransformationMetadataException($"The value {problem}. {TimestampText.AcceptedFormats}");
    }
}
