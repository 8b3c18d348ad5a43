using System.Collections.Concurrent;
using PxxlPeriscope.Http;
using PxxlPeriscope.Periscope;
using PxxlPeriscope.Pxxl;
using PxxlPeriscope.Pxxl.Deployments;
using PxxlPeriscope.Sandbox;
using PxxlPeriscope.Sandbox.Faults;

namespace PxxlPeriscope.Tests;

/// <summary>Both services in a sandbox, a client with a key for each, and everything they logged.</summary>
internal sealed class SandboxFixture : IAsyncDisposable
{
    /// <summary>So long that it elapses only when a test advances the clock.</summary>
    public static readonly TimeSpan AttemptTimeout = TimeSpan.FromHours(12);

    private readonly ConcurrentQueue<HttpExchange> _calls = new();
    private readonly ConcurrentQueue<string> _warnings = new();
    private readonly Func<HttpClientSettings, HttpClientSettings> _adjust;
    private readonly List<IDisposable> _opened = [];

    private SandboxFixture(SandboxHost sandbox, AutoAdvancingClock clock, Func<HttpClientSettings, HttpClientSettings>? adjust)
    {
        (Sandbox, Clock, _adjust) = (sandbox, clock, adjust ?? (settings => settings));
        Log = new CallLog { Exchange = _calls.Enqueue, Warning = _warnings.Enqueue };
        Pxxl = PxxlWith(sandbox.PxxlKey);
        Periscope = PeriscopeWith(sandbox.PeriscopeKey);
    }

    /// <summary>Canceled when the test run is canceled, and after a time limit, so that a broken test fails instead of hanging.</summary>
    public static CancellationToken Ct
    {
        get
        {
            var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            limit.CancelAfter(TimeSpan.FromMinutes(2));
            return limit.Token;
        }
    }

    public SandboxHost Sandbox { get; }

    /// <summary>The clock shared by the clients and the sandbox.</summary>
    public AutoAdvancingClock Clock { get; }

    public CallLog Log { get; }

    public PxxlClient Pxxl { get; }

    public PeriscopeClient Periscope { get; }

    public IReadOnlyCollection<HttpExchange> Calls => _calls;

    public IReadOnlyCollection<string> Warnings => _warnings;

    public static async Task<SandboxFixture> StartAsync(
        SandboxOptions? options = null,
        Func<HttpClientSettings, HttpClientSettings>? adjust = null
    )
    {
        var clock = new AutoAdvancingClock();
        return new SandboxFixture(await SandboxHost.StartAsync((options ?? new()) with { Time = clock }, Ct), clock, adjust);
    }

    /// <summary>Creates settings with the auto-advancing clock and limits that never elapse on their own.</summary>
    public static HttpClientSettings Settings(Uri baseUri, string key, TimeProvider clock) =>
        new()
        {
            BaseUri = baseUri,
            ApiKey = Secret.From(key),
            NoProxy = true,
            TimeProvider = clock,
            AttemptTimeout = AttemptTimeout,
            CallTimeout = TimeSpan.FromHours(24),
        };

    /// <summary>Creates a Pxxl client with a stub handler instead of a network, for responses that a server would not send.</summary>
    public static PxxlClient PxxlOver(
        HttpMessageHandler end,
        CallLog? log = null,
        Func<HttpClientSettings, HttpClientSettings>? adjust = null,
        TimeProvider? clock = null
    ) =>
        new(
            new PxxlConnection(CreateSettings(adjust, clock), "a test", settings => new ResilientHttpClientSource(settings, () => end)),
            log
        );

    /// <summary>Creates a Periscope client with a stub handler instead of a network.</summary>
    public static PeriscopeClient PeriscopeOver(
        HttpMessageHandler end,
        CallLog? log = null,
        Func<HttpClientSettings, HttpClientSettings>? adjust = null,
        TimeProvider? clock = null
    ) =>
        new(
            new PeriscopeConnection(
                CreateSettings(adjust, clock),
                "a test",
                settings => new ResilientHttpClientSource(settings, () => end)
            ),
            log
        );

    /// <summary>Creates a Pxxl client with another key or team.</summary>
    public PxxlClient PxxlWith(string key, string? teamId = null) =>
        new(Own(new PxxlConnection(_adjust(Settings(Sandbox.PxxlUri, key, Clock)), "a test", ResilientHttpClientSource.Open, teamId)), Log);

    /// <summary>Creates a Periscope client with another key or organization.</summary>
    public PeriscopeClient PeriscopeWith(string key, string? organizationSlug = null) =>
        new(
            Own(
                new PeriscopeConnection(
                    _adjust(Settings(Sandbox.PeriscopeUri, key, Clock)),
                    "a test",
                    ResilientHttpClientSource.Open,
                    organizationSlug
                )
            ),
            Log
        );

    /// <summary>Makes the next requests fail.</summary>
    public SandboxFixture InjectFault(FaultKind kind, int? times = null, int skip = 0, int retryAfterSeconds = 1, Service? service = null)
    {
        Sandbox.Faults.Add(
            new Fault
            {
                Kind = kind,
                Times = times,
                Skip = skip,
                RetryAfterSeconds = retryAfterSeconds,
                Service = service,
            }
        );
        return this;
    }

    /// <summary>Returns all deployments that match a query.</summary>
    public async Task<List<Deployment>> DeploymentsAsync(DeploymentQuery? query = null)
    {
        var deployments = new List<Deployment>();
        await foreach (var deployment in Pxxl.ListDeploymentsAsync(query ?? new(), cancellationToken: Ct))
        {
            deployments.Add(deployment);
        }

        return deployments;
    }

    /// <summary>Waits until the sandbox has received the given number of requests.</summary>
    public Task WaitForRequestsAsync(int requests) => Eventually.IsTrueAsync(() => Sandbox.Requests.Count >= requests);

    /// <summary>Times out the attempt in flight once its request has reached the sandbox.</summary>
    public async Task TimeOutAttemptAsync(int requests)
    {
        await WaitForRequestsAsync(requests);
        Clock.Advance(AttemptTimeout);
    }

    public async ValueTask DisposeAsync()
    {
        _opened.ForEach(connection => connection.Dispose());
        await Sandbox.DisposeAsync();
    }

    private static HttpClientSettings CreateSettings(Func<HttpClientSettings, HttpClientSettings>? adjust, TimeProvider? clock)
    {
        var settings = Settings(
            new Uri("https://service.example/api/v3/"),
            "pxxl_test_NotARealKey-1b2c",
            clock ?? new AutoAdvancingClock()
        );
        return adjust is null ? settings : adjust(settings);
    }

    private T Own<T>(T connection)
        where T : IDisposable
    {
        _opened.Add(connection);
        return connection;
    }
}
