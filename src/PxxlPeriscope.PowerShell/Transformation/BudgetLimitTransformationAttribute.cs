using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace PxxlPeriscope.PowerShell.Transformation;

/// <summary>
/// Takes a budget as <c>80%</c>, as a number, or for a size as text such as <c>1.5 GB</c>. PowerShell itself makes the number of
/// bytes of <c>1.5GB</c>, and hands on <c>80%</c> as text.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BudgetLimitTransformationAttribute(BudgetMetric metric) : ArgumentTransformationAttribute
{
    /// <summary>What the budget is for.</summary>
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
                    "One budget is needed, and this is a list. A comma makes a list in PowerShell: write 4000 and 1.5GB."
                ),
                IConvertible number
                and not (bool or char or DateTime)
                    when LanguagePrimitives.TryConvertTo(number, CultureInfo.InvariantCulture, out double amount) => BudgetLimit.Of(
                    Metric,
                    amount
                ),
                _ => throw new ArgumentTransformationMetadataException(
                    $"A {input?.GetType().Name ?? "null"} is no budget. Give a number, or text such as 80% or 40GB."
                ),
            };
        }
        catch (FormatException exception)
        {
            throw new ArgumentTransformationMetadataException(exception.Message);
        }
    }
}
