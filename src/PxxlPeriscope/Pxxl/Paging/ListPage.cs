using System.Text.Json;
using PxxlPeriscope.Json;

namespace PxxlPeriscope.Pxxl.Paging;

/// <summary>
/// A page of a list and the paging values of its response, in any of the three documented forms. Every count is optional.
/// (docs/facts/pxxl-api.md, "Paging".)
/// </summary>
/// <param name="Items">The rows that have an id.</param>
/// <param name="RowCount">The number of rows, including those without an id.</param>
/// <param name="Total">The number of rows in the list.</param>
/// <param name="TotalPages">The number of pages in the list.</param>
/// <param name="Limit">The maximum number of rows per page.</param>
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

        // A page number or limit of zero carries no information.
        static long? Positive(long? count) => count > 0 ? count : null;
    }
}
