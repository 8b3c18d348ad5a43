using System.Diagnostics;
using System.Net;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace PxxlPeriscope.Http;

/// <summary>
/// Retries idempotent requests, waits as long as the service requests, enforces the time limits, and logs every attempt. An attempt
/// includes the response body: a body that stalls or ends prematurely is a failed attempt too.
/// </summary>
internal sealed class ResilienceHandler : DelegatingHandler
{
    private static readonly TimeSpan MaxBackoff = TimeSpan.FromSeconds(30);

    /// <summary>The shortest requested wait that is reported, so that a user at a prompt knows the reason for the delay.</summary>
    private static readonly TimeSpan LongDelay = TimeSpan.FromSeconds(5);

    private static readonly ResiliencePropertyKey<Call> CallKey = new("call");

    private readonly HttpClientSettings _settings;
    private readonly SharedRetryDelay _sharedDelay;
    private readonly ResiliencePipeline<HttpResponseMessage> _call;
    private readonly ResiliencePipeline<HttpResponseMessage> _attempt;

    internal ResilienceHandler(HttpClientSettings settings, SharedRetryDelay sharedDelay)
    {
        _settings = settings;
        _sharedDelay = sharedDelay;
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = settings.TimeProvider };
        builder.AddTimeout(settings.CallTimeout);
        if (settings.MaximumRetryCount > 0)
        {
            builder.AddRetry(
                new RetryStrategyOptions<HttpResponseMessage>
                {
                    MaxRetryAttempts = settings.MaximumRetryCount,
                    BackoffType = DelayBackoffType.Exponential,
                    Delay = settings.RetryInterval,
                    MaxDelay = MaxBackoff,
                    UseJitter = true,
                    ShouldHandle = arguments => new ValueTask<bool>(ShouldRetry(arguments.Context, arguments.Outcome)),
                    // A Retry-After in the past carries no information; without one the delay grows exponentially.
                    DelayGenerator = arguments => new ValueTask<TimeSpan?>(
                        GetRetryAfter(arguments.Outcome.Result) is { Ticks: > 0 } retryAfter ? retryAfter : null
                    ),
                    OnRetry = arguments =>
                    {
                        OnRetry(GetCall(arguments.Context), arguments.Outcome.Result, arguments.RetryDelay);
                        return default;
                    },
                }
            );
        }

        _call = builder.Build();
        _attempt = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = settings.TimeProvider }
            .AddTimeout(settings.AttemptTimeout)
            .Build();
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = new Call(request, _settings);
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(CallKey, call);
        try
        {
            return await _call.ExecuteAsync(DelayedAttemptAsync, context).ConfigureAwait(false);
        }
        catch (TimeoutRejectedException exception)
        {
            // An exception type of the package must not leave its load context.
            throw new TimeoutException($"The time limit is {exception.Timeout.TotalSeconds:0.#} s.");
        }
        finally
        {
            call.LogAttempt(retryIn: null);
            request.SetAttempts(call.Attempt);
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async ValueTask<HttpResponseMessage> DelayedAttemptAsync(ResilienceContext context)
    {
        await _sharedDelay.WaitAsync(context.CancellationToken).ConfigureAwait(false);
        return await _attempt.ExecuteAsync(AttemptAsync, context).ConfigureAwait(false);
    }

    private async ValueTask<HttpResponseMessage> AttemptAsync(ResilienceContext context)
    {
        var call = GetCall(context);
        var stopwatch = Stopwatch.StartNew();
        call.Begin();
        try
        {
            var response = await base.SendAsync(call.Request, context.CancellationToken).ConfigureAwait(false);
            call.StatusCode = (int)response.StatusCode;
            call.RequestId = ApiClient.GetRequestId(response, _settings);
            if (!response.IsSuccessStatusCode && GetRetryAfter(response) is { } retryAfter && retryAfter <= _settings.MaximumRetryAfter)
            {
                // Also if this request is not retried: the service limits all requests, not just this one.
                _sharedDelay.Extend(retryAfter);
            }

            await ResponseBodyReader.ReadAsync(response, _settings.MaximumBodyBytes, context.CancellationToken).ConfigureAwait(false);
            return response;
        }
        catch (OperationCanceledException)
        {
            call.Problem = "no response";
            throw;
        }
        catch (Exception exception)
        {
            call.Problem = exception is IncompleteResponseException ? "response ended prematurely" : _settings.Redact(exception.Message);
            throw;
        }
        finally
        {
            call.Elapsed = stopwatch.Elapsed;
        }
    }

    private bool ShouldRetry(ResilienceContext context, Outcome<HttpResponseMessage> outcome)
    {
        if (!GetCall(context).Request.IsIdempotent())
        {
            return false;
        }

        return outcome.Result is { } response
            // Waiting for less time than requested would ignore the service, and a very long wait would look like a hang, so it is reported
            // as an error.
            ? _settings.RetriedStatusCodes.Contains((int)response.StatusCode) && !(GetRetryAfter(response) > _settings.MaximumRetryAfter)
            : outcome.Exception is HttpRequestException or IOException or TimeoutRejectedException or WebException;
    }

    private void OnRetry(Call call, HttpResponseMessage? response, TimeSpan delay)
    {
        call.LogAttempt(delay);
        if (GetRetryAfter(response) is { } retryAfter && retryAfter >= LongDelay)
        {
            var host = call.Request.RequestUri!.Host;
            call.Request.Log()
                .Warning?.Invoke(
                    FormattableString.Invariant(
                        $"{host} requested a wait of {retryAfter.TotalSeconds:0} s (HTTP {(int)response!.StatusCode}). Waiting."
                    )
                );
        }

        response?.Dispose();
    }

    private static Call GetCall(ResilienceContext context) => context.Properties.GetValue(CallKey, null!);

    private TimeSpan? GetRetryAfter(HttpResponseMessage? response) =>
        response is null ? null : ErrorResponse.GetRetryAfter(response, _settings.TimeProvider.GetUtcNow());

    /// <summary>One request with all its attempts.</summary>
    private sealed class Call(HttpRequestMessage request, HttpClientSettings settings)
    {
        private bool _isLogged;

        public HttpRequestMessage Request { get; } = request;

        public int Attempt { get; private set; }

        public int? StatusCode { get; set; }

        public string? RequestId { get; set; }

        public string? Problem { get; set; }

        public TimeSpan Elapsed { get; set; }

        public void Begin()
        {
            Attempt++;
            (StatusCode, RequestId, Problem, _isLogged) = (null, null, null, false);
        }

        public void LogAttempt(TimeSpan? retryIn)
        {
            if (Attempt > 0 && !_isLogged)
            {
                _isLogged = true;
                Request
                    .Log()
                    .Exchange?.Invoke(
                        new HttpExchange
                        {
                            Method = Request.Method.Method,
                            Path = settings.RedactPath(Request.RequestUri!),
                            StatusCode = Problem is null ? StatusCode : null,
                            Problem = Problem,
                            Elapsed = Elapsed,
                            Attempt = Attempt,
                            RequestId = RequestId,
                            RetryIn = retryIn,
                        }
                    );
            }
        }
    }
}
