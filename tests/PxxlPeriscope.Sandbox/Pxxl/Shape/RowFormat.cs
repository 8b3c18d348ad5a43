namespace PxxlPeriscope.Sandbox.Pxxl.Shape;

/// <summary>The part of a <see cref="ResponseShape"/> that determines the bytes of a row, used as the key of cached rows.</summary>
internal readonly record struct RowFormat(Spelling Spelling, StatusField StatusField, bool NumbersAsStrings)
{
    public static RowFormat Of(ResponseShape shape) => new(shape.Spelling, shape.StatusField, shape.NumbersAsStrings);
}
