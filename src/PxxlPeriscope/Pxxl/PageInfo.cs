using System.Text.Json;

namespace PxxlPeriscope;

/// <summary>What an answer says of its place in a list, in any of the three documented shapes. (Fact sheet, section (f).)</summary>
internal readonly record struct PageInfo(long? Page, long? Limit, long? Total, long? TotalPages)
{
    internal static PageInfo Read(JsonElement root)
    {
        var data = root.Member("data") ?? default;
        JsonElement[] holders = [root.Member("pagination") ?? default, data.Member("pagination") ?? default, root, data];
        return new PageInfo(First("page"), First("limit"), First("total"), First("totalPages", "pages"));

        long? First(params ReadOnlySpan<string> names)
        {
            foreach (var holder in holders)
            {
                if (holder.Member(names)?.Count() is { } count)
                {
                    return count;
                }
            }

            return null;
        }
    }
}
