using System.Text.Json;
using PxxlPeriscope.Json;

namespace PxxlPeriscope.Pxxl.Paging;

/// <summary>
/// One page of a list, and the paging values of its response, in any of the three documented forms. Every count is optional.
/// (docs/facts/pxxl-api.md, "Paging".)
/// </summary>
/// <param name="Items">The rows that have an id.</param>
/// <param name="RowCount">How many rows there were, with those that have none.</param>
/// <param name="Total">How many rows the list has.</param>
/// <param name="TotalPages">How many pages the list has.</param>
/// <param name="Limit">How many rows a page holds at most.</param>
internal sealed record ListPage<T>(IReadOnlyList<T> Items, int RowCount, long? Total, long? TotalPages, long? Limit)
{
    internal static ListPage<T> Create(IReadOnlyList<T> items, int rowCount, JsonElement root)
    {
        var data = root.GetMember("data") ?? default;
        JsonElement[] holders = [root.GetMember("pagination") ?? default, data.GetMember("pagination") ?? default, root, data];
        return new(items, rowCount, First("total"), Positive(First("totalPages", "pages")), Positive(First("limit")));

        long? First(params ReadOnlySpan<string> names)
        {
            foreach (var holder in holders)
            {
                if (holder.GetMember(names)?.AsCount() is { } count)
                {
                    return count;
                }
            }

            return null;
        }

        // No page and no limit of nothing: such a number says nothing about the list.
        static long? Positive(long? count) => count > 0 ? count : null;
    }
}
