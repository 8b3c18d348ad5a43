using System.Globalization;
using System.Management.Automation;

namespace PxxlPeriscope.PowerShell.Transformation;

/// <summary>The least that a time span may be. PowerShell takes a bare number for ticks, which this refuses instead of taking 30 for nothing.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MinimumTimeSpanAttribute : ValidateArgumentsAttribute
{
    /// <summary>In minutes.</summary>
    public int Minutes { get; set; }

    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is TimeSpan span && span < TimeSpan.FromMinutes(Minutes))
        {
            throw new ValidationMetadataException(
                string.Format(
                    CultureInfo.InvariantCulture,
                    "{0} is too short: give at least {1} minutes, as in 00:30:00 or (New-TimeSpan -Minutes 30). A number alone is a number of ticks.",
                    span,
                    Minutes
                )
            );
        }
    }
}
