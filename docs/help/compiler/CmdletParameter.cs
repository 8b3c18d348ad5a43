namespace PxxlPeriscope.Help;

/// <summary>One parameter.</summary>
/// <param name="Name">Without the hyphen.</param>
/// <param name="TypeName">As PowerShell shows it: <c>String[]</c>, <c>DateTimeOffset</c> for a nullable one.</param>
/// <param name="Uses">How it is used, per set of parameters.</param>
internal sealed record CmdletParameter(string Name, string TypeName, IReadOnlyList<ParameterUse> Uses)
{
    private const string SwitchType = "SwitchParameter";

    /// <summary>What it takes from the pipeline one by one: the full name of its type, without the brackets of an array.</summary>
    internal string ItemType { get; init; } = string.Empty;

    internal IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The only words it takes; empty for any.</summary>
    internal IReadOnlyList<string> Words { get; init; } = [];

    internal bool SupportsWildcards { get; init; }

    /// <summary>PowerShell adds it, for ShouldProcess or paging.</summary>
    internal bool IsAdded { get; init; }

    internal bool IsSwitch => TypeName == SwitchType;

    internal bool IsArray => TypeName.EndsWith("[]", StringComparison.Ordinal);

    internal static CmdletParameter Switch(string name, params string[] aliases) =>
        new(name, SwitchType, [new ParameterUse()]) { IsAdded = true, Aliases = aliases };
}
