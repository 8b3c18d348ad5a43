namespace PxxlPeriscope.Help;

/// <summary>A parameter of a cmdlet.</summary>
/// <param name="Name">The name without the hyphen.</param>
/// <param name="TypeName">The type as PowerShell shows it, such as <c>String[]</c>, or <c>DateTimeOffset</c> for a nullable one.</param>
/// <param name="Uses">Its use in each parameter set.</param>
internal sealed record CmdletParameter(string Name, string TypeName, IReadOnlyList<ParameterUse> Uses)
{
    private const string SwitchType = "SwitchParameter";

    /// <summary>The full name of the type accepted from the pipeline; for an array, that of its elements.</summary>
    internal string ItemType { get; init; } = string.Empty;

    internal IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The allowed values; empty if any value is allowed.</summary>
    internal IReadOnlyList<string> Words { get; init; } = [];

    internal bool SupportsWildcards { get; init; }

    /// <summary>Whether PowerShell adds the parameter, for ShouldProcess or paging.</summary>
    internal bool IsAdded { get; init; }

    internal bool IsSwitch => TypeName == SwitchType;

    internal bool IsArray => TypeName.EndsWith("[]", StringComparison.Ordinal);

    internal static CmdletParameter Switch(string name, params string[] aliases) =>
        new(name, SwitchType, [new ParameterUse()]) { IsAdded = true, Aliases = aliases };
}
