using Microsoft.AspNetCore.Http.Features;
using PxxlPeriscope.Sandbox.Chat;
using PxxlPeriscope.Sandbox.Faults;
using PxxlPeriscope.Sandbox.Pxxl.Routes;

namespace PxxlPeriscope.Sandbox.Control;

/// <summary>Middleware that records requests.</summary>
internal sealed class RequestLog(SandboxClock clock)
{
    private readonly object _lock = new();
    private readonly List<RecordedRequest> _requests = [];
    private int _generation;
    private int _inProgress;

    public int Count
    {
        get
        {
            lock (_lock)
                return _requests.Count;
        }
    }

    /// <summary>The number of requests whose response is not complete.</summary>
    public int InProgress => Volatile.Read(ref _inProgress);

    public IReadOnlyList<RecordedRequest> Requests
    {
        get
        {
            lock (_lock)
                return [.. _requests];
        }
    }

    public static Service ServiceOf(HttpRequest request) =>
        request.Path.StartsWithSegments(PxxlRoutes.Prefix) ? Service.Pxxl
        : request.Path.StartsWithSegments(ChatRoutes.Prefix) ? Service.Chat
        : Service.Periscope;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        Interlocked.Increment(ref _inProgress);
        var place = Add(context.Request);
        // Recorded before the first byte is sent, so that the status is available to a client that has received its response.
        context.Response.OnStarting(() =>
        {
            if (!ConnectionAbort.WasAborted(context))
                SetStatus(place, context.Response.StatusCode);
            return Task.CompletedTask;
        });
        try
        {
            await next(context);
        }
        finally
        {
            Interlocked.Decrement(ref _inProgress);
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _requests.Clear();
            _generation++;
        }
    }

    private (int Generation, int Index) Add(HttpRequest request)
    {
        var recorded = new RecordedRequest
        {
            Service = ServiceOf(request),
            Method = request.Method,
            Path = request.Path,
            Query = request.QueryString.ToString(),
            RawTarget = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            Host = request.Host.ToString(),
            ArrivedAt = clock.UtcNow,
            HasAuthorization = request.Headers.Authorization.Count > 0,
            UserAgent = request.Headers.UserAgent,
        };
        lock (_lock)
        {
            _requests.Add(recorded);
            return (_generation, _requests.Count - 1);
        }
    }

    private void SetStatus((int Generation, int Index) place, int status)
    {
        lock (_lock)
        {
            if (place.Generation == _generation)
                _requests[place.Index] = _requests[place.Index] with { Status = status };
        }
    }
}
