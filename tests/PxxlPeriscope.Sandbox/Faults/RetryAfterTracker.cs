using System.Globalization;
using PxxlPeriscope.Sandbox.Pxxl.Responses;

namespace PxxlPeriscope.Sandbox.Faults;

/// <summary>Sends the responses with <c>Retry-After</c> and records whether clients retry too early.</summary>
internal sealed class RetryAfterTracker(SandboxClock clock)
{
    private readonly object _lock = new();
    private readonly Dictionary<string, DateTimeOffset> _earliestRetry = new(StringComparer.Ordinal);
    private int _retriedTooEarly;

    /// <summary>The number of requests that were repeated before their <c>Retry-After</c> had elapsed.</summary>
    public int RetriedTooEarly => Volatile.Read(ref _retriedTooEarly);

    public static bool Covers(FaultKind kind) =>
        kind
            is FaultKind.TooManyRequestsSeconds
                or FaultKind.TooManyRequestsDate
                or FaultKind.TooManyRequestsBare
                or FaultKind.Unavailable503RetryAfter;

    /// <summary>Counts a request that is repeated too early. Requests are the same if method, target and body are equal.</summary>
    public void Watch(string request)
    {
        lock (_lock)
        {
            if (_earliestRetry.TryGetValue(request, out var earliest) && clock.UtcNow < earliest)
                _retriedTooEarly++;
        }
    }

    public Task WriteAsync(HttpContext context, Fault fault, string request)
    {
        if (fault.Kind != FaultKind.TooManyRequestsBare)
            context.Response.Headers.RetryAfter = FormatRetryAfter(fault, request);
        // The edge proxy responds with HTML, the application with JSON. Of a Periscope 429, only the status code is known.
        return fault.Kind switch
        {
            FaultKind.Unavailable503RetryAfter => EdgePage.WriteAsync(
                context,
                StatusCodes.Status503ServiceUnavailable,
                "circuit_breaker_open"
            ),
            FaultKind.TooManyRequestsSeconds => EdgePage.WriteAsync(context, StatusCodes.Status429TooManyRequests, "rate_limited"),
            _ => JsonResponse.WriteAsync(context, StatusCodes.Status429TooManyRequests, "message", "Too many requests"),
        };
    }

    public void Clear()
    {
        lock (_lock)
        {
            _earliestRetry.Clear();
            _retriedTooEarly = 0;
        }
    }

    private string FormatRetryAfter(Fault fault, string request)
    {
        var asDate = fault.Kind == FaultKind.TooManyRequestsDate;
        var exactly = clock.UtcNow.AddSeconds(fault.RetryAfterSeconds);
        var earliest = asDate ? WholeSecond(exactly) : exactly;
        lock (_lock)
            _earliestRetry[request] = earliest;
        return asDate
            ? earliest.ToString("r", CultureInfo.InvariantCulture)
            : fault.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
    }

    // An HTTP date has no fractions of a second. Rounding down would shorten the requested delay.
    private static DateTimeOffset WholeSecond(DateTimeOffset time)
    {
        var whole = time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond));
        return whole == time ? time : whole.AddSeconds(1);
    }
}
