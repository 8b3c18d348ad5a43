using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.Extensions;
using PxxlPeriscope.Sandbox.Control;

namespace PxxlPeriscope.Sandbox.Faults;

/// <summary>Middleware that applies the faults of the <see cref="FaultPlan"/>.</summary>
internal sealed class FaultInjection(FaultPlan plan, RetryAfterTracker retryLater, ResponseStall stall, CancellationToken stopping)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var request = await IdentityAsync(context.Request);
        retryLater.Watch(request);
        if (plan.Next(RequestLog.ServiceOf(context.Request), context.Request) is { } armed)
            await InjectAsync(context, armed, request, next);
        else
            await next(context);
    }

    private async Task InjectAsync(HttpContext context, ScheduledFault armed, string request, RequestDelegate next)
    {
        var fault = armed.Fault;
        if (RetryAfterTracker.Covers(fault.Kind))
            await retryLater.WriteAsync(context, fault, request);
        else if (FaultResponses.Find(fault.Kind) is { } write)
            await write(context, fault);
        else if (fault.Kind == FaultKind.HugeBody)
            await HugeBody.WriteAsync(context, fault);
        else if (fault.Kind == FaultKind.ResetBeforeResponse)
            ConnectionAbort.Abort(context);
        else if (fault.Kind == FaultKind.StallBeforeHeaders)
            await StallAsync(context);
        else if (fault.Kind == FaultKind.HeldUntilCleared)
            await HoldAsync(context, armed, next);
        else
            await BrokenBody.WriteAsync(context, fault.Kind, next, stall, stopping);
    }

    private async Task StallAsync(HttpContext context)
    {
        await stall.WaitForAbortAsync(context);
        ConnectionAbort.Abort(context);
    }

    private async Task HoldAsync(HttpContext context, ScheduledFault scheduledFault, RequestDelegate next)
    {
        using var exception = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        await scheduledFault.WhenCleared.Task.WaitAsync(exception.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (scheduledFault.WhenCleared.Task.IsCompleted)
            await next(context);
        else
            ConnectionAbort.Abort(context);
    }

    // All reports are posted to one address, so only the body identifies a repeated report.
    private static async Task<string> IdentityAsync(HttpRequest request)
    {
        var target = $"{request.Method} {request.GetEncodedPathAndQuery()}";
        if (!HttpMethods.IsPost(request.Method))
            return target;
        request.EnableBuffering();
        var hash = await SHA256.HashDataAsync(request.Body, request.HttpContext.RequestAborted);
        request.Body.Position = 0;
        return $"{target} {Convert.ToHexString(hash)}";
    }
}
