namespace PxxlPeriscope.Help;

/// <summary>The metadata of a compiled cmdlet.</summary>
/// <param name="Verb">The verb, such as <c>Get</c>.</param>
/// <param name="Noun">The noun, such as <c>PxxlDeployment</c>.</param>
/// <param name="DefaultSet">The default parameter set; null if there is only one set.</param>
/// <param name="OutputTypes">The output types; empty for a cmdlet without output.</param>
/// <param name="Parameters">The parameters, including those that PowerShell adds for supported features, without the common
/// parameters.</param>
internal sealed record Cmdlet(
    string Verb,
    string Noun,
    string? DefaultSet,
    IReadOnlyList<string> OutputTypes,
    IReadOnlyList<CmdletParameter> Parameters
)
{
    internal string Name => $"{Verb}-{Noun}";

    /// <summary>The types that the cmdlet accepts from the pipeline by value.</summary>
    internal IReadOnlyList<string> InputTypes =>
        Parameters
            .Where(parameter => parameter.Uses.Any(use => use.TakesPipeline))
            .Select(parameter => parameter.ItemType)
            .Distinct()
            .ToList();

    /// <summary>The names of the parameter sets, starting with the default set; a single unnamed set if there are none.</summary>
    internal IEnumerable<string> Sets
    {
        get
        {
            var named = Parameters.SelectMany(parameter => parameter.Uses).Select(use => use.Set).OfType<string>();
            var sets = named.Distinct(StringComparer.OrdinalIgnoreCase).OrderByDescending(IsDefault).ToList();
            return sets.Count == 0 ? [string.Empty] : sets;
        }
    }

    /// <summary>The parameters of a set in the order of PowerShell: positional, then mandatory, then the others.</summary>
    internal IEnumerable<(CmdletParameter Parameter, ParameterUse Use)> In(string set) =>
        from parameter in Parameters
        let use = parameter.Uses.FirstOrDefault(use => use.IsIn(set))
        where use is not null
        orderby parameter.IsAdded, use.Position ?? int.MaxValue, !use.IsMandatory
        select (parameter, use);

    private bool IsDefault(string set) => string.Equals(set, DefaultSet, StringComparison.OrdinalIgnoreCase);
}
