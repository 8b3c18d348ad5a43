namespace PxxlPeriscope.Help;

/// <summary>The parameters that PowerShell adds for features of a cmdlet, with their descriptions.</summary>
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
        ["WhatIf"] = "Shows what would happen without sending anything.",
        ["Confirm"] = "Prompts for confirmation before each operation.",
        ["IncludeTotalCount"] = "Writes the total count first, if the service provides it.",
        ["Skip"] = "Skips the specified number of objects.",
        ["First"] = "Gets only the specified number of objects.",
    };

    /// <summary>The description of a parameter that the page does not describe.</summary>
    internal static ParameterText? Text(CmdletParameter parameter) =>
        parameter.IsAdded ? new ParameterText(parameter.Name, [Texts[parameter.Name]], null, 0) : null;
}
