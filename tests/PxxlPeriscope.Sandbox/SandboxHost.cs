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
/// Pxxl and Periscope on one loopback port, as strange as their facts are. Starts in a few milliseconds; dispose it to stop.
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

    /// <summary>Pxxl's base address, with its version and a slash at the end.</summary>
    public Uri PxxlUri => new(Root, "api/v3/");

    /// <summary>A chat: takes notifications at every address below this one, which ends in a slash.</summary>
    public Uri ChatUri => new(Root, ChatRoutes.Prefix.TrimStart('/') + "/");

    /// <summary>Periscope's base address; reports are posted to <c>api/webhooks/deployments</c> under it.</summary>
    public Uri PeriscopeUri => Root;

    public string PxxlKey { get; }

    public string PeriscopeKey { get; }

    public string WebhookSecret { get; }

    public SandboxClock Clock { get; }

    public PxxlData Data { get; }

    public ReceivedReports Reports { get; } = new();

    public ReceivedNotifications Notifications { get; } = new();

    public FaultPlan Faults { get; } = new();

    /// <summary>How Pxxl spells its answers from the next request on.</summary>
    public ResponseShape Shape
    {
        get => _pxxl.Shape;
        set => _pxxl.Shape = value;
    }

    /// <summary>What has arrived at either service, oldest first, without the control plane.</summary>
    public IReadOnlyList<RecordedRequest> Requests => _requests.Requests;

    /// <summary>How many have arrived, without a copy of the list.</summary>
    public int RequestCount => _requests.Count;

    /// <summary>How many requests have not been answered to their end, those that stall included.</summary>
    public int RequestsInProgress => _requests.InProgress;

    /// <summary>How many of them stall, and will until their clients give up.</summary>
    public int RequestsStalled => _stall.Count;

    /// <summary>How many requests were repeated before the <c>Retry-After</c> that they were given was over.</summary>
    public int RetriedTooEarly => _retryLater.RetriedTooEarly;

    // The port is known only once Kestrel listens.
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

    /// <summary>Forgets the requests seen so far, and with them every <c>Retry-After</c> that was given.</summary>
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
        // Empty: no configuration files, no environment, no logging. What a test starts must depend on nothing but its options.
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, EmbeddedLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                // A test may read half a page and think for as long as it likes.
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
        // An unknown path, and an unknown verb on a known one, never reach a service.
        app.Map("/{**path}", context => EdgePage.WriteAsync(context, StatusCodes.Status404NotFound, "route_not_registered"));
        return app;
    }
}
