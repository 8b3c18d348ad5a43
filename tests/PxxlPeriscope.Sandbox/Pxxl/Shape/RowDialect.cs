namespace PxxlPeriscope.Sandbox;

/// <summary>The part of a <see cref="ResponseShape"/> that changes the bytes of a row, and so the key under which they are kept.</summary>
internal readonly record struct RowDialect(Spelling Spelling, StatusField StatusField, bool NumbersAsStrings)
{
    public static RowDialect Of(ResponseShape shape) => new(shape.Spelling, shape.StatusField, shape.NumbersAsStrings);
}
