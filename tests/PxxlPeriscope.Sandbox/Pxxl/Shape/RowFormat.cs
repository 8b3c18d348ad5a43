namespace PxxlPeriscope.Sandbox.Pxxl.Shape;

/// <summary>The part of a <see cref="ResponseShape"/> that changes the bytes of a row, and so the key under which they are kept.</summary>
internal readonly record struct RowFormat(Spelling Spelling, StatusField StatusField, bool NumbersAsStrings)
{
    public static RowFormat Of(ResponseShape shape) => new(shape.Spelling, shape.StatusField, shape.NumbersAsStrings);
}
