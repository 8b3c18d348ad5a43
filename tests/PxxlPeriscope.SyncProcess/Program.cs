using System.Text.Json;
using PxxlPeriscope;
using PxxlPeriscope.Http;
using PxxlPeriscope.Outbox;
using PxxlPeriscope.Periscope;
using PxxlPeriscope.Pxxl;
using PxxlPeriscope.Sync;
using PxxlPeriscope.SyncProcess;

// Runs one synchronization or one outbox delivery in a separate process, so that it can be killed and can run concurrently with another.
// Exit codes: 0 if everything is done or another process does it; 1 if anything is left to do; 2 for invalid arguments.
Arguments arguments;
try
{
    arguments = Arguments.Parse(args);
}
catch (FormatException wrong)
{
    Console.Error.WriteLine($"{wrong.Message}\n{Arguments.Usage}");
    return 2;
}

var log = new CallLog { Warning = warning => Console.WriteLine($"warning: {warning}") };
using var periscopeConnection = new PeriscopeConnection(Settings("PERISCOPE"), "the environment", ResilientHttpClientSource.Open);
var periscope = new PeriscopeClient(periscopeConnection, log);
try
{
    return await (arguments.StatePath is { } state ? SynchronizeAsync(state) : DeliverAsync());
}
catch (ServiceException failure)
{
    Console.WriteLine($"failed: {failure.ErrorId}: {failure.Message}");
    return 1;
}

async Task<int> SynchronizeAsync(string state)
{
    using var pxxlConnection = new PxxlConnection(Settings("PXXL"), "the environment", ResilientHttpClientSource.Open);
    var job = new SyncJob(new PxxlClient(pxxlConnection, log), log)
    {
        StatePath = state,
        OutboxPath = arguments.OutboxPath,
        ThrottleLimit = arguments.ThrottleLimit,
    };
    await foreach (var _ in job.RunAsync(periscope, CancellationToken.None)) { }

    Console.WriteLine($"summary: {(job.Summary is { } summary ? JsonSerializer.Serialize(summary) : "none")}");
    return job.Failure is { } failure ? throw failure : 0;
}

async Task<int> DeliverAsync()
{
    var summary = await OutboxRun.DeliverAsync(
        await ReportOutbox.OpenAsync(arguments.OutboxPath!, CancellationToken.None, warn: log.Warning),
        periscope,
        arguments.ThrottleLimit,
        TimeProvider.System,
        count => Console.WriteLine($"found: {count}"),
        CancellationToken.None
    );
    Console.WriteLine($"summary: {JsonSerializer.Serialize(summary)}");
    return summary.Failed == 0 ? 0 : 1;
}

HttpClientSettings Settings(string service) =>
    new()
    {
        BaseUri = new Uri(Required($"{service}_API_URL")),
        ApiKey = Secret.From(Required($"{service}_API_KEY")),
        NoProxy = true,
        // A service on the same machine responds immediately or not at all. A requested delay is still respected.
        RetryInterval = TimeSpan.FromMilliseconds(20),
        AttemptTimeout = arguments.AttemptTimeout,
    };

static string Required(string name) =>
    Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"The environment variable {name} is not set.");
