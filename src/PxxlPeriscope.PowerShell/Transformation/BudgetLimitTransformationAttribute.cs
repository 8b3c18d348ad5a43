using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace PxxlPeriscope.PowerShell.Transformation;

/// <summary>
/// Accepts a budget as <c>80%</c>, as a number or, for a size, as text such as <c>1.5 GB</c>. PowerShell itself converts <c>1.5GB</c>
/// to a number of bytes and passes <c>80%</c> as text.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BudgetLimitTransformationAttribute(BudgetMetric metric) : ArgumentTransformationAttribute
{
    /// <summary>The metric of the budget.</summary>
    public BudgetMetric Metric { get; } = metric;

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var input = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        try
        {
            return input switch
            {
                BudgetLimit limit => limit,
                string text => BudgetLimit.Parse(Metric, text),
                IList => throw new ArgumentTransformationMetadataException(
                    "Expected one budget, but got a list. In PowerShell, a comma creates a list: write 4000 or 1.5GB."
                ),
                IConvertible number
                and not (bool or char or DateTime)
                    when LanguagePrimitives.TryConvertTo(number, CultureInfo.InvariantCulture, out double amount) => BudgetLimit.Of(
                    Metric,
                    amount
                ),
                _ => throw new ArgumentTransformationMetadataException(
                    $"{input?.GetType().Name ?? "null"} is not a valid budget. Specify a number, or text such as 80% or 40GB."
                ),
            };
        }
        catch (FormatException exception)
        {
            throw new ArgumentTransformationMetadataException(exception.Message);
        }
    }
}
