namespace PxxlPeriscope.Help;

/// <summary>What the compiled code says about a cmdlet.</summary>
/// <param name="Verb">Such as <c>Get</c>.</param>
/// <param name="Noun">Such as <c>PxxlDeployment</c>.</param>
/// <param name="DefaultSet">The set of parameters that counts when nothing decides; null when there is but one.</param>
/// <param name="OutputTypes">What it writes, nothing for a cmdlet that writes nothing.</param>
/// <param name="Parameters">Its own and the ones PowerShell adds for what it supports; not those that every cmdlet has.</param>
internal sealed record Cmdlet(
    string Verb,
    string Noun,
    string? DefaultSet,
    IReadOnlyList<string> OutputTypes,
    IReadOnlyList<CmdletParameter> Parameters
)
{
    internal string Name => $"{Verb}-{Noun}";

    /// <summary>The types that it takes from the pipeline as they are.</summary>
    internal IReadOnlyList<string> InputTypes =>
        Parameters
            .Where(parameter => parameter.Uses.Any(use => use.TakesPipeline))
            .Select(parameter => parameter.ItemType)
            .Distinct()
            .ToList();

    /// <summary>The sets of parameters by name, the default one first; one without a name where there are none.</summary>
    internal IEnumerable<string> Sets
    {
        get
        {
            var named = Parameters.SelectMany(parameter => parameter.Uses).Select(use => use.Set).OfType<string>();
            var sets = named.Distinct(StringComparer.OrdinalIgnoreCase).OrderByDescending(IsDefault).ToList();
            return sets.Count == 0 ? [string.Empty] : sets;
        }
    }

    /// <summary>The parameters of a set as PowerShell shows them: by position, then those that must be given, then the others.</summary>
    internal IEnumerable<(CmdletParameter Parameter, ParameterUse Use)> In(string set) =>
        from parameter in Parameters
        let use = parameter.Uses.FirstOrDefault(use => use.IsIn(set))
        where use is not null
        orderby parameter.IsAdded, use.Position ?? int.MaxValue, !use.IsMandatory
        select (parameter, use);

    private bool IsDefault(string set) => string.Equals(set, DefaultSet, StringComparison.OrdinalIgnoreCase);
}
