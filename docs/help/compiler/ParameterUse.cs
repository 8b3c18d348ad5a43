namespace PxxlPeriscope.Help;

/// <summary>How a parameter is used in one set of parameters.</summary>
internal sealed record ParameterUse
{
    /// <summary>Null for every set.</summary>
    internal string? Set { get; init; }

    internal bool IsMandatory { get; init; }

    /// <summary>From 0; null for a parameter that has to be named.</summary>
    internal int? Position { get; init; }

    internal bool TakesPipeline { get; init; }

    internal bool TakesPipelineProperty { get; init; }

    internal string PipelineInput =>
        (TakesPipeline, TakesPipelineProperty) switch
        {
            (true, true) => "True (ByPropertyName, ByValue)",
            (true, false) => "True (ByValue)",
            (false, true) => "True (ByPropertyName)",
            _ => "False",
        };

    internal bool IsIn(string set) => Set is null || string.Equals(Set, set, StringComparison.OrdinalIgnoreCase);
}
