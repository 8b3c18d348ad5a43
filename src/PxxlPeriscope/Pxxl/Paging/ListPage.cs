namespace PxxlPeriscope.Pxxl.Paging;

/// <summary>One page of a list as it was received.</summary>
internal sealed class ListPage<T>(IReadOnlyList<T> items, int rows, PageInfo info)
{
    /// <summary>The rows that have an id.</summary>
    public IReadOnlyList<T> Items { get; } = items;

    /// <summary>How many rows there were, with those that have none.</summary>
    public int Rows { get; } = rows;

    public PageInfo Info { get; } = info;
}
