using Microsoft.AspNetCore.Http.Features;

namespace PxxlPeriscope.Sandbox.Faults;

/// <summary>The faults that begin with the real answer: it is caught, and only a part of it gets out.</summary>
internal static class BrokenBody
{
    // Long enough for the client to read what was sent: a reset makes the system drop what is not yet read.
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
