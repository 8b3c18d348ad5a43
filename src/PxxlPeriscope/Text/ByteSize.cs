using System.Globalization;

namespace PxxlPeriscope.Text;

/// <summary>Sizes in steps of 1024, as in PowerShell and the Pxxl CLI.</summary>
internal static class ByteSize
{
    private static readonly string[] DisplayUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>Formats a number of bytes in the largest suitable unit: <c>1.2 GiB</c>.</summary>
    internal static string Format(double bytes)
    {
        var unit = 0;
        for (; bytes >= 1024 && unit < DisplayUnits.Length - 1; unit++)
        {
            bytes /= 1024;
        }

        return string.Format(CultureInfo.InvariantCulture, unit == 0 ? "{0:0} {1}" : "{0:0.0} {1}", bytes, DisplayUnits[unit]);
    }

    /// <summary>
    /// Returns the number of bytes in a unit: <c>B</c>, <c>KB</c>, <c>KiB</c>, <c>MB</c> and so on, ignoring case; null for an unknown
    /// unit.
    /// </summary>
    internal static double? ParseUnit(string unit)
    {
        var index = Array.FindIndex(
            DisplayUnits,
            shown =>
                string.Equals(shown, unit, StringComparison.OrdinalIgnoreCase)
                || string.Equals(shown.Replace("i", string.Empty), unit, StringComparison.OrdinalIgnoreCase)
        );
        return index < 0 ? null : Math.Pow(1024, index);
    }
}
