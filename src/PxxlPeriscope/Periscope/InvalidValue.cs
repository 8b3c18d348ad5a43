namespace PxxlPeriscope.Periscope;

/// <summary>Something in a row that a report could not be made of, kept so that the report can be refused with it.</summary>
/// <param name="Field">The name of the report's property; null when it is the row as a whole.</param>
/// <param name="Reason">What is wrong, as the reason of a refusal.</param>
internal sealed record InvalidValue(string? Field, string Reason);
