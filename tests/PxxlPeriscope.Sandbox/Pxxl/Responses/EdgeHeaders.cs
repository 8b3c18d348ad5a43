using System.Globalization;
using PxxlPeriscope.Sandbox.Control;

namespace PxxlPeriscope.Sandbox.Pxxl.Responses;

/// <summary>
/// The headers that the edge proxy and gateway of Pxxl add to every response. Pxxl documents that they contain a limit, a remainder
/// and a reset time, but not their names.
/// </summary>
internal sealed class EdgeHeaders(SandboxClock clock)
{
    private const int RequestsPerMinute = 7200;
    private readonly object _counting = new();
    private long _minute;
    private int _used;

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var now = clock.UtcNow;
        var headers = context.Response.Headers;
        headers.Date = now.ToString("r", CultureInfo.InvariantCulture);
        if (RequestLog.ServiceOf(context.Request) == Service.Pxxl)
        {
            headers[RequestId.Header] = RequestId.Of(context);
            headers["X-RateLimit-Limit"] = RequestsPerMinute.ToString(CultureInfo.InvariantCulture);
            headers["X-RateLimit-Remaining"] = Remaining(now).ToString(CultureInfo.InvariantCulture);
            headers["X-RateLimit-Reset"] = (60 - now.Second).ToString(CultureInfo.InvariantCulture);
        }

        return next(context);
    }

    // The sandbox counts but never rejects. Rejections are injected as faults.
    private int Remaining(DateTimeOffset now)
    {
        lock (_counting)
        {
            var minute = now.ToUnixTimeSeconds() / 60;
            _used = minute == _minute ? _used + 1 : 1;
            _minute = minute;
            return Math.Max(0, RequestsPerMinute - _used);
        }
    }
}
