using PxxlPeriscope.Text;

namespace PxxlPeriscope.PowerShell.Views;

/// <summary>The columns of texts from outside. The raw text is only in the property of the object.</summary>
public static class TextView
{
    private const int MaxLength = 1000;

    /// <summary>The text as one line without characters that control a terminal; null if there is none.</summary>
    public static string? Clean(object? value) => value?.ToString() is { } text ? Printable.ToSingleLine(text, MaxLength) : null;
}
