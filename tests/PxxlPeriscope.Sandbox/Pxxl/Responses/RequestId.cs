using PxxlPeriscope.Sandbox.Pxxl.Seed;

namespace PxxlPeriscope.Sandbox.Pxxl.Responses;

/// <summary>The id the edge gives every request; it is in the header <c>x-request-id</c> and on the error pages.</summary>
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
