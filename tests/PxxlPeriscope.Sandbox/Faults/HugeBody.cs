using System.Text;
using PxxlPeriscope.Sandbox.Pxxl.Responses;

namespace PxxlPeriscope.Sandbox.Faults;

/// <summary>Sends a very long list, which is valid JSON as far as it goes.</summary>
internal static class HugeBody
{
    private static readonly byte[] Start = Encoding.UTF8.GetBytes("""{"deployments":[{"id":"dep_0"}""");

    private static readonly byte[] Rows = Encoding.UTF8.GetBytes(
        string.Concat(Enumerable.Repeat(""" ,{"id":"dep_0","commitMessage":"again and again"}""", 1200))
    );

    public static async Task WriteAsync(HttpContext context, Fault fault)
    {
        context.Response.ContentType = JsonResponse.ContentType;
        await context.Response.Body.WriteAsync(Start, context.RequestAborted);
        for (var sent = 0L; sent < fault.BodyBytes; sent += Rows.Length)
            await context.Response.Body.WriteAsync(Rows, context.RequestAborted);
        await context.Response.Body.WriteAsync("]}"u8.ToArray(), context.RequestAborted);
    }
}
