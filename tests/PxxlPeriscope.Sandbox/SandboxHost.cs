using PxxlPeriscope.Sandbox.Chat;
using PxxlPeriscope.Sandbox.Control;
using PxxlPeriscope.Sandbox.Faults;
using PxxlPeriscope.Sandbox.Periscope;
using PxxlPeriscope.Sandbox.Pxxl.Data;
using PxxlPeriscope.Sandbox.Pxxl.Responses;
using PxxlPeriscope.Sandbox.Pxxl.Routes;
using PxxlPeriscope.Sandbox.Pxxl.Seed;
using PxxlPeriscope.Sandbox.Pxxl.Shape;

namespace PxxlPeriscope.Sandbox;

/// <summary>
/// Simulates Pxxl and Periscope, with all their known quirks, on one loopback port. Starts in a few milliseconds; dispose it to stop.
/// </summary>
public sealed class SandboxHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly PxxlService _pxxl;
    private readonly RequestLog _requests;
    private readonly RetryAfterTracker _retryLater;
    private ResponseStall _stall = null!;

    private SandboxHost(SandboxOptions options)
    {
        PxxlKey = options.PxxlKey;
        PeriscopeKey = options.PeriscopeKey;
        WebhookSecret = options.WebhookSecret;
        Clock = new(options.Time ?? TimeProvider.System);
        var random = new Random(options.Seed);
        var projects = SeededProjects.Make(options.Projects, random, Clock.Started);
        Data = new(Clock, projects, new SeededDeployments(projects, random, Clock.Started).Make(options.Deployments));
        _pxxl = new(Data, Clock, random, options.Shape);
        _requests = new(Clock);
        _retryLater = new(Clock);
        _app = Build(options.Port);
    }

    /// <summary>The base address of Pxxl, with the version and a trailing slash.</summary>
    public Uri PxxlUri => new(Root, "api/v3/");

    /// <summary>The base address of the chat, with a trailing slash. It accepts notifications at every address below it.</summary>
    public Uri ChatUri => new(Root, ChatRoutes.Prefix.TrimStart('/') + "/");

    /// <summary>The base address of Periscope. Reports are posted to <c>api/webhooks/deployments</c> below it.</summary>
    public Uri PeriscopeUri => Root;

    public string PxxlKey { get; }

    public string PeriscopeKey { get; }

    public string WebhookSecret { get; }

    public SandboxClock Clock { get; }

    public PxxlData Data { get; }

    public ReceivedReports Reports { get; } = new();

    public ReceivedNotifications Notifications { get; } = new();

    public FaultPlan Faults { get; } = new();

    /// <summary>The format of Pxxl responses, starting with the next request.</summary>
    public ResponseShape Shape
    {
        get => _pxxl.Shape;
        set => _pxxl.Shape = value;
    }

    /// <summary>All requests to the services, oldest first, without those to the control API.</summary>
    public IReadOnlyList<RecordedRequest> Requests => _requests.Requests;

    /// <summary>The number of requests, without copying the list.</summary>
    public int RequestCount => _requests.Count;

    /// <summary>The number of requests whose response is not complete, including stalled ones.</summary>
    public int RequestsInProgress => _requests.InProgress;

    /// <summary>The number of requests that stall until the client gives up.</summary>
    public int RequestsStalled => _stall.Count;

    /// <summary>The number of requests that were repeated before their <c>Retry-After</c> had elapsed.</summary>
    public int RetriedTooEarly => _retryLater.RetriedTooEarly;

    // The port is known only when Kestrel is listening.
    private Uri Root => new(_app.Urls.Single());

    public static async Task<SandboxHost> StartAsync(SandboxOptions? options = null, CancellationToken ct = default)
    {
        var sandbox = new SandboxHost(options ?? new());
        try
        {
            await sandbox._app.StartAsync(ct);
            return sandbox;
        }
        catch
        {
            await sandbox.DisposeAsync();
            throw;
        }
    }

    /// <summary>Clears the recorded requests and their <c>Retry-After</c> times.</summary>
    public void ClearRequests()
    {
        _requests.Clear();
        _retryLater.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private WebApplication Build(int port)
    {
        // Empty: no configuration files, no environment variables, no logging. Tests must depend only on the options.
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, EmbeddedLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                // A test may read half a page and pause for any time.
                kestrel.Limits.MinResponseDataRate = null;
            });
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");

        var app = builder.Build();
        _stall = new(app.Lifetime.ApplicationStopping);
        var faults = new FaultInjection(Faults, _retryLater, _stall, app.Lifetime.ApplicationStopping);
        var edge = new EdgeHeaders(Clock);
        app.UseWhen(
            context => !ControlRoutes.Covers(context.Request),
            services =>
            {
                services.Use(_requests.InvokeAsync);
                services.Use(edge.InvokeAsync);
                services.Use(faults.InvokeAsync);
            }
        );
        app.MapPxxl(_pxxl, PxxlKey);
        new PeriscopeRoutes(Reports, Clock, PeriscopeKey).Map(app);
        new ChatRoutes(Notifications).Map(app);
        new ControlRoutes(this).Map(app);
        // An unknown path, or an unknown method on a known path, does not reach a service.
        app.Map("/{**path}", context => EdgePage.WriteAsync(context, StatusCodes.Status404NotFound, "route_not_registered"));
        return app;
    }
}
