using System.Globalization;
using System.Management.Automation;

namespace PxxlPeriscope.PowerShell.Transformation;

/// <summary>
/// The minimum of a time span. PowerShell converts a bare number to ticks; this rejects 30 instead of using it as almost zero.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MinimumTimeSpanAttribute : ValidateArgumentsAttribute
{
    /// <summary>The minimum, in minutes.</summary>
    public int Minutes { get; set; }

    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is TimeSpan span && span < TimeSpan.FromMinutes(Minutes))
        {
            throw new ValidationMetadataException(
                string.Format(
                    CultureInfo.InvariantCulture,
                    "{0} is too short: specify at least {1} minutes, such as 00:30:00 or (New-TimeSpan -Minutes 30). "
                        + "A number without a unit is a number of ticks.",
                    span,
                    Minutes
                )
            );
        }
    }
}
