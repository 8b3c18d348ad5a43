namespace PxxlPeriscope.Help;

/// <summary>The use of a parameter in a parameter set.</summary>
internal sealed record ParameterUse
{
    /// <summary>The name of the set; null for all sets.</summary>
    internal string? Set { get; init; }

    internal bool IsMandatory { get; init; }

    /// <summary>The zero-based position; null for a named parameter.</summary>
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
