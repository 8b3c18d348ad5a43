using System.Text.Json;
using PxxlPeriscope.Json;

namespace PxxlPeriscope.Pxxl.Paging;

/// <summary>The paging values of a response, in any of the three documented forms. (docs/facts/pxxl-api.md, "Paging".)</summary>
internal readonly record struct PageInfo(long? Page, long? Limit, long? Total, long? TotalPages)
{
    internal static PageInfo Read(JsonElement root)
    {
        var data = root.GetMember("data") ?? default;
        JsonElement[] holders = [root.GetMember("pagination") ?? default, data.GetMember("pagination") ?? default, root, data];
        return new PageInfo(First("page"), First("limit"), First("total"), First("totalPages", "pages"));

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
    }
}
