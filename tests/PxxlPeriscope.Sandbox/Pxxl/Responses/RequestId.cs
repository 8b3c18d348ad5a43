using PxxlPeriscope.Sandbox.Pxxl.Seed;

namespace PxxlPeriscope.Sandbox.Pxxl.Responses;

/// <summary>The id that the edge proxy assigns to every request, sent in the <c>x-request-id</c> header and on the error pages.</summary>
internal static class RequestId
{
    public const string Header = "x-request-id";

    private static readonly object Key = new();

    public static string Of(HttpContext context)
    {
        if (context.Items[Key] is string known)
            return known;
        var id = Random.Shared.NextId("req_");
        context.Items[Key] = id;
        return id;
    }
}
