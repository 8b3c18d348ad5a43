using System.Management.Automation;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.PowerShell.Transformation;

/// <summary>
/// Accepts a time as a date, as text (ISO 8601; local time without an offset, as usual in PowerShell), as Unix seconds, or as a period
/// before now: <c>90m</c>, <c>12h</c>, <c>7d</c>, <c>2w</c>. Empty text, such as from an unset variable, means no value.
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
