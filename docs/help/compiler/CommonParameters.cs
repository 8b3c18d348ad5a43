namespace PxxlPeriscope.Help;

/// <summary>The parameters that PowerShell adds to a cmdlet for what it supports, with the words that hold for all of them.</summary>
internal static class CommonParameters
{
    internal static IReadOnlyList<CmdletParameter> ShouldProcess { get; } =
    [CmdletParameter.Switch("WhatIf", "wi"), CmdletParameter.Switch("Confirm", "cf")];

    internal static IReadOnlyList<CmdletParameter> Paging { get; } =
    [
        CmdletParameter.Switch("IncludeTotalCount"),
        new("Skip", "UInt64", [new ParameterUse()]) { IsAdded = true },
        new("First", "UInt64", [new ParameterUse()]) { IsAdded = true },
    ];

    private static readonly Dictionary<string, string> Texts = new()
    {
        ["WhatIf"] = "Shows what would be done, and sends nothing.",
        ["Confirm"] = "Asks before each thing that would be done.",
        ["IncludeTotalCount"] = "Writes the total number first, if the service tells it.",
        ["Skip"] = "Leaves out so many from the beginning.",
        ["First"] = "Gives so many and no more.",
    };

    /// <summary>The text for a parameter of which the page says nothing of its own.</summary>
    internal static ParameterText? Text(CmdletParameter parameter) =>
        parameter.IsAdded ? new ParameterText(parameter.Name, [Texts[parameter.Name]], null, 0) : null;
}
