using System.Globalization;
using System.Management.Automation;

namespace PxxlPeriscope.PowerShell.Transformation;

/// <summary>Accepts a percentage as <c>75%</c> or <c>75</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PercentageTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var input = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        try
        {
            return BudgetLimit.ParsePercent(Convert.ToString(input, CultureInfo.InvariantCulture) ?? string.Empty);
        }
        catch (FormatException exception)
        {
            throw new ArgumentTransformationMetadataException(exception.Message);
        }
    }
}
