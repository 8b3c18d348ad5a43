using System.Diagnostics;
using System.Net;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace PxxlPeriscope.Http;

/// <summary>
/// Repeats what may be repeated, waits as the service asks, keeps the time limits, and tells of every attempt. An attempt includes
/// its body: a body that stalls or breaks off is as much a failed attempt as no answer.
/// </summary>
internal sealed class ResilienceHandler : DelegatingHandler
{
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(30);

    /// <summary>Who waits longer at a prompt wants to know why.</summary>
    private static readonly TimeSpan LongSilence = TimeSpan.FromSeconds(5);

    private static readonly ResiliencePropertyKey<Call> CallKey = new("call");

    private readonly HttpClientSettings _settings;
    private readonly SharedPause _pause;
    private readonly ResiliencePipeline<HttpResponseMessage> _call;
    private readonly ResiliencePipeline<HttpResponseMessage> _attempt;

    internal ResilienceHandler(HttpClientSettings settings, SharedPause pause)
    {
        _settings = settings;
        _pause = pause;
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = settings.TimeProvider };
        builder.AddTimeout(settings.CallTimeout);
        if (settings.MaximumRetryCount > 0)
        {
            builder.AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = settings.MaximumRetryCount,
                BackoffType = DelayBackoffType.Exponential,
                Delay = settings.RetryInterval,
                MaxDelay = LongestBackoff,
                UseJitter = true,
                ShouldHandle = arguments => new ValueTask<bool>(MayRepeat(arguments.Context, arguments.Outcome)),
                // A Retry-After that is over already says nothing; without one the wait grows by itself.
                DelayGenerator = arguments => new ValueTask<TimeSpan?>(WaitAsked(arguments.Outcome.Result) is { Ticks: > 0 } asked ? asked : null),
                OnRetry = arguments =>
                {
                    OnRetry(Of(arguments.Context), arguments.Outcome.Result, arguments.RetryDelay);
                    return default;
                },
            });
        }

        _call = builder.Build();
        _attempt = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = settings.TimeProvider }.AddTimeout(settings.AttemptTimeout).Build();
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = new Call(request, _settings);
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(CallKey, call);
        try
        {
            return await _call.ExecuteAsync(PausedAttemptAsync, context).ConfigureAwait(false);
        }
        catch (TimeoutRejectedException timeout)
        {
            // The type of a package must not leave the load context that it lives in.
            throw new TimeoutException($"The limit is {timeout.Timeout.TotalSeconds:0.#} s.");
        }
        finally
        {
            call.Tell(retryIn: null);
            request.SetAttempts(call.Attempt);
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async ValueTask<HttpResponseMessage> PausedAttemptAsync(ResilienceContext context)
    {
        await _pause.WaitAsync(context.CancellationToken).ConfigureAwait(false);
        return await _attempt.ExecuteAsync(AttemptAsync, context).ConfigureAwait(false);
    }

    private async ValueTask<HttpResponseMessage> AttemptAsync(ResilienceContext context)
    {
        var call = Of(context);
        var watch = Stopwatch.StartNew();
        call.Begin();
        try
        {
            var response = await base.SendAsync(call.Request, context.CancellationToken).ConfigureAwait(false);
            call.StatusCode = (int)response.StatusCode;
            call.RequestId = ServiceCaller.RequestId(response, _settings);
            if (!response.IsSuccessStatusCode && WaitAsked(response) is { } asked && asked <= _settings.MaximumRetryAfter)
            {
                // Also where this call is not repeated: it is the service that asks, and not for this request alone.
                _pause.Extend(asked);
            }

            await BufferedBody.ReadAsync(response, _settings.MaximumBodyBytes, context.CancellationToken).ConfigureAwait(false);
            return response;
        }
        catch (OperationCanceledException)
        {
            call.Problem = "no answer";
            throw;
        }
        catch (Exception exception)
        {
            call.Problem = exception is CutShortException ? "broke off" : _settings.RedactFrom(exception.Message);
            throw;
        }
        finally
        {
            call.Elapsed = watch.Elapsed;
        }
    }

    private bool MayRepeat(ResilienceContext context, Outcome<HttpResponseMessage> outcome)
    {
        if (!Of(context).Request.IsRepeatable())
        {
            return false;
        }

        return outcome.Result is { } response
            // Waiting shorter than asked would be rude, and so long would look like a hang: then the caller is told instead.
            ? _settings.RetriedStatusCodes.Contains((int)response.StatusCode) && !(WaitAsked(response) > _settings.MaximumRetryAfter)
            : outcome.Exception is HttpRequestException or IOException or TimeoutRejectedException or WebException;
    }

    private void OnRetry(Call call, HttpResponseMessage? response, TimeSpan wait)
    {
        call.Tell(wait);
        if (WaitAsked(response) is { } asked && asked >= LongSilence)
        {
            call.Request.Log().Warning?.Invoke(FormattableString.Invariant(
                $"{call.Request.RequestUri!.Host} asks to wait {asked.TotalSeconds:0} s (HTTP {(int)response!.StatusCode}). Waiting."));
        }

        response?.Dispose();
    }

    private static Call Of(ResilienceContext context) => context.Properties.GetValue(CallKey, null!);

    private TimeSpan? WaitAsked(HttpResponseMessage? response) =>
        response is null ? null : FailedReply.WaitAsked(response, _settings.TimeProvider.GetUtcNow());

    /// <summary>One request with all its attempts.</summary>
    private sealed class Call(HttpRequestMessage request, HttpClientSettings settings)
    {
        private bool _isTold;

        public HttpRequestMessage Request { get; } = request;

        public int Attempt { get; private set; }

        public int? StatusCode { get; set; }

        public string? RequestId { get; set; }

        public string? Problem { get; set; }

        public TimeSpan Elapsed { get; set; }

        public void Begin()
        {
            Attempt++;
            (StatusCode, RequestId, Problem, _isTold) = (null, null, null, false);
        }

        public void Tell(TimeSpan? retryIn)
        {
            if (Attempt > 0 && !_isTold)
            {
                _isTold = true;
                Request.Log().Exchange?.Invoke(new HttpExchange
                {
                    Method = Request.Method.Method,
                    Path = settings.ShowPath(Request.RequestUri!),
                    StatusCode = Problem is null ? StatusCode : null,
                    Problem = Problem,
                    Elapsed = Elapsed,
                    Attempt = Attempt,
                    RequestId = RequestId,
                    RetryIn = retryIn,
                });
            }
        }
    }
}
