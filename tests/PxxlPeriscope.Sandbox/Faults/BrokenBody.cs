using Microsoft.AspNetCore.Http.Features;

namespace PxxlPeriscope.Sandbox.Faults;

/// <summary>The faults that start with the real response: it is captured, and only a part of it is sent.</summary>
internal static class BrokenBody
{
    // Long enough for the client to read the sent bytes: on a reset, the system discards unread data.
    private static readonly TimeSpan BeforeReset = TimeSpan.FromMilliseconds(50);

    public static async Task WriteAsync(
        HttpContext context,
        FaultKind kind,
        RequestDelegate next,
        ResponseStall stall,
        CancellationToken stopping
    )
    {
        var answer = await CatchAsync(context, next);
        if (kind == FaultKind.ResetAfterStored)
        {
            ConnectionAbort.Abort(context);
            return;
        }

        var half = answer.AsMemory(0, answer.Length / 2);
        context.Response.ContentLength = kind == FaultKind.TruncatedJson ? half.Length : answer.Length;
        await context.Response.Body.WriteAsync(half, stopping);
        await context.Response.Body.FlushAsync(stopping);
        if (kind == FaultKind.StallInBody)
            await stall.WaitForAbortAsync(context);
        if (kind == FaultKind.ResetInBody)
            await Task.Delay(BeforeReset, stopping);
        if (kind != FaultKind.TruncatedJson)
            ConnectionAbort.Abort(context);
    }

    private static async Task<byte[]> CatchAsync(HttpContext context, RequestDelegate next)
    {
        var wire = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var caught = new MemoryStream();
        var catching = new StreamResponseBodyFeature(caught, wire);
        context.Features.Set<IHttpResponseBodyFeature>(catching);
        await next(context);
        await catching.CompleteAsync();
        context.Features.Set(wire);
        return caught.ToArray();
    }
}
