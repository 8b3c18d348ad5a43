using System.Globalization;

namespace PxxlPeriscope.Sandbox.Pxxl.Routes;

/// <summary>The requested page of a list. Invalid values fall back to the defaults, as in Pxxl's CDN routes.</summary>
internal readonly record struct PageRequest(int Page, int Limit)
{
    /// <summary>The limit of these routes is not published. 100 is a guess; the samples show 20.</summary>
    public const int MaximumLimit = 100;

    public const int DefaultLimit = 20;

    public static PageRequest Read(HttpRequest request, int? serverLimit)
    {
        var page = Number(request, "page") is { } number && number > 0 ? number : 1;
        var limit = Number(request, "limit") is > 0 and <= MaximumLimit and var asked ? asked : DefaultLimit;
        return new(page, serverLimit ?? limit);
    }

    public int Pages(int total) => (total + Limit - 1) / Limit;

    public IEnumerable<T> Of<T>(IReadOnlyList<T> all)
    {
        var first = Math.Min((long)(Page - 1) * Limit, all.Count);
        for (var index = (int)first; index < Math.Min(first + Limit, all.Count); index++)
            yield return all[index];
    }

    private static int? Number(HttpRequest request, string name) =>
        int.TryParse(request.Query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
