using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using PxxlPeriscope.Delivery;
using PxxlPeriscope.Http;
using PxxlPeriscope.Outbox;
using PxxlPeriscope.Periscope;
using PxxlPeriscope.PowerShell.Loading;
using PxxlPeriscope.Pxxl;
using PxxlPeriscope.Pxxl.Deployments;
using PxxlPeriscope.Reports.Conversion;
using PxxlPeriscope.Sync;
using PxxlPeriscope.Webhooks.Receiving;
using PxxlPeriscope.Webhooks.Signatures;

namespace PxxlPeriscope.NetFramework;

/// <summary>The main jobs of the module, once each: read, convert, send, queue, deliver, synchronize, verify, receive.</summary>
internal sealed class Jobs(SandboxProcess sandbox, string folder)
{
    private const int Deployments = 250;

    internal static int Run(string sandboxProgram)
    {
        // As when the module is imported.
        DesktopResolver.Register();
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName())).FullName;
        using var sandbox = new SandboxProcess(sandboxProgram, Deployments);
        try
        {
            return new Jobs(sandbox, folder).RunAsync().GetAwaiter().GetResult();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<int> RunAsync()
    {
        var checks = new Checks();
        await checks.RunAsync("All deployments are read, page by page", ReadAsync);
        await checks.RunAsync("A wrong key causes an error with a stable id", WrongKeyAsync);
        await checks.RunAsync("Deployments are converted to reports, and each is confirmed by a receipt", SendAsync);
        await checks.RunAsync("Reports that cannot be delivered are queued in the outbox and delivered later", KeepAndDeliverAsync);
        await checks.RunAsync("A synchronization reports everything, and the next one nothing", SynchronizeAsync);
        await checks.RunAsync("A genuine webhook is accepted; a modified, foreign or old one is rejected", VerifyAsync);
        await checks.RunAsync("A webhook is stored, acknowledged and returned", ReceiveAsync);
        await checks.RunAsync("All assemblies were loaded from the folder of the module", OriginAsync);
        return checks.Finish();
    }

    private async Task ReadAsync()
    {
        var ids = new HashSet<string>((await ListAsync()).Select(deployment => deployment.Id));

        Checks.Equal(Deployments, ids.Count, "Deployments read");
    }

    private async Task WrongKeyAsync()
    {
        using var connection = new PxxlConnection(sandbox.Settings("PXXL", "pxxl_test_wrong"), "a check", HttpAssemblyLoader.Open);
        try
        {
            await new PxxlClient(connection).GetAccountAsync();
        }
        catch (ServiceException failure)
        {
            Checks.Equal("PxxlUnauthorized", failure.ErrorId, "The error id");
            return;
        }

        Checks.Holds(false, "a wrong key is rejected");
    }

    private async Task SendAsync()
    {
        await sandbox.ResetAsync();
        var reports = await ReportsAsync();
        using var periscope = Periscope();
        using var sender = new ReportSender(new PeriscopeClient(periscope), throttleLimit: 4, CancellationToken.None);

        var outcomes = await SendAsync(sender, reports.Select(report => (Action)(() => sender.Add(report))));

        Checks.Holds(reports.Count > 0, "there are deployments to report");
        Checks.Equal(reports.Count, outcomes.Count(outcome => outcome.Receipt is not null), "Receipts");
        Checks.Equal(reports.Count, await sandbox.ReportsAsync(), "Reports at Periscope");
    }

    private async Task KeepAndDeliverAsync()
    {
        await sandbox.ResetAsync();
        await sandbox.TakePeriscopeDownAsync();
        var reports = (await ReportsAsync()).Take(20).ToList();
        var path = Directory.CreateDirectory(Path.Combine(folder, "outbox")).FullName;
        using var periscope = Periscope();
        var client = new PeriscopeClient(periscope);

        using (var sender = new ReportSender(client, await ReportOutbox.OpenAsync(path), throttleLimit: 4, CancellationToken.None))
        {
            await SendAsync(sender, reports.Select(report => (Action)(() => sender.Add(report))));
        }

        var waiting = await (await ReportOutbox.OpenAsync(path)).ListPendingAsync(CancellationToken.None);
        Checks.Equal(20, waiting.Count, "Queued items");
        Checks.Equal(0, await sandbox.ReportsAsync(), "Reports while Periscope is down");

        await sandbox.BringPeriscopeUpAsync();
        using (var sender = new ReportSender(client, await ReportOutbox.OpenAsync(path), throttleLimit: 4, CancellationToken.None))
        {
            await SendAsync(sender, waiting.Select(item => (Action)(() => sender.Add(item))));
        }

        Checks.Equal(0, (await (await ReportOutbox.OpenAsync(path)).ListPendingAsync(CancellationToken.None)).Count, "Items still queued");
        Checks.Equal(20, await sandbox.ReportsAsync(), "Reports at Periscope");
    }

    private async Task SynchronizeAsync()
    {
        await sandbox.ResetAsync();
        var state = Directory.CreateDirectory(Path.Combine(folder, "state")).FullName;
        var expected = (await ReportsAsync()).Count;

        Checks.Equal(expected, await SynchronizeAsync(state), "Reported by the first run");
        Checks.Equal(expected, await sandbox.ReportsAsync(), "Reports at Periscope");
        Checks.Equal(0, await SynchronizeAsync(state), "Reported by the second run");
    }

    private async Task<int> SynchronizeAsync(string state)
    {
        using var pxxl = Pxxl();
        using var periscope = Periscope();
        var run = new SyncJob(new PxxlClient(pxxl), CallLog.None) { StatePath = state, Since = DateTimeOffset.UtcNow.AddYears(-10) };
        await foreach (var outcome in run.RunAsync(new PeriscopeClient(periscope), CancellationToken.None))
        {
            Checks.Holds(outcome.Failure is null, $"{outcome.Report.DeploymentId} arrives: {outcome.Failure?.Message}");
        }

        return run.Summary!.Reported;
    }

    private Task VerifyAsync()
    {
        var now = DateTimeOffset.UtcNow;
        var body = Encoding.UTF8.GetBytes("{\"event\":\"deployment.status_changed\"}");
        var timestamp = now.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        // Signed with the class library, as the documentation describes.
        using var sha256 = SHA256.Create();
        using var hmac = new HMACSHA256(Encoding.ASCII.GetBytes(Hex(sha256.ComputeHash(Encoding.UTF8.GetBytes("whsec_genuine")))));
        var signature = Hex(hmac.ComputeHash(Encoding.UTF8.GetBytes($"{timestamp}.{Encoding.UTF8.GetString(body)}")));

        Checks.Equal(SignatureReason.Valid, Reason(body, "whsec_genuine", now), "A genuine webhook");
        Checks.Equal(SignatureReason.Mismatch, Reason([.. body, (byte)' '], "whsec_genuine", now), "A webhook with a modified body");
        Checks.Equal(SignatureReason.Mismatch, Reason(body, "whsec_foreign", now), "A webhook with another secret");
        Checks.Equal(SignatureReason.TooOld, Reason(body, "whsec_genuine", now.AddMinutes(6)), "An old webhook");
        return Task.CompletedTask;

        SignatureReason Reason(byte[] received, string secret, DateTimeOffset at) =>
            WebhookSignature.Verify(received, signature, timestamp, [Secret.From(secret)], at, WebhookSignature.DefaultTolerance).Reason;
    }

    private async Task ReceiveAsync()
    {
        var body = Encoding.UTF8.GetBytes("{\"event\":\"deployment.status_changed\",\"data\":{\"id\":\"dep_1\"}}");
        var timestamp = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        var secret = Secret.From("whsec_genuine");
        var port = FreePort();
        var inbox = new WebhookInbox(Path.Combine(folder, "inbox"));
        var receiver = new WebhookReceiver(
            new WebhookListenerSettings { Prefixes = [ListenPrefix.Parse($"http://127.0.0.1:{port}/")] },
            new WebhookVerifier { Secrets = [secret] },
            inbox,
            ServerAssemblyLoader.Open
        );
        var received = receiver.ReceiveAsync(1, null, CancellationToken.None).GetAsyncEnumerator();
        try
        {
            var next = received.MoveNextAsync().AsTask();
            Checks.Equal(
                HttpStatusCode.Unauthorized,
                await PostAsync(port, [.. body, (byte)' '], body, timestamp, secret),
                "The response to a modified webhook"
            );
            Checks.Equal(HttpStatusCode.OK, await PostAsync(port, body, body, timestamp, secret), "The response to a genuine webhook");
            Checks.Holds(await next, "an event is returned");
            Checks.Equal("dep_1", received.Current.Event?.Deployment?.Id, "Its deployment");
            Checks.Holds(File.Exists(received.Current.InboxItem.Path), "the event is stored");
            await received.Current.InboxItem.CompleteAsync(CancellationToken.None);
            Checks.Holds(!File.Exists(received.Current.InboxItem.Path), "a completed event is deleted");
        }
        finally
        {
            await received.DisposeAsync();
        }
    }

    private static async Task<HttpStatusCode> PostAsync(int port, byte[] body, byte[] signedBody, string timestamp, Secret secret)
    {
        using var handler = new HttpClientHandler { UseProxy = false };
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{port}/") { Content = new ByteArrayContent(body) };
        request.Headers.Host = "hooks.example.com";
        request.Headers.Add("X-Pxxl-Timestamp", timestamp);
        request.Headers.Add("X-Pxxl-Signature", WebhookSignature.Create(signedBody, timestamp, secret, SignatureScheme.HashedSecret));
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }

    private static int FreePort()
    {
        var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        return port;
    }

    private static Task OriginAsync()
    {
        string[] names =
        [
            "PxxlPeriscope",
            "PxxlPeriscope.Http",
            "PxxlPeriscope.Server",
            "PxxlPeriscope.PowerShell",
            "Polly.Core",
            "Microsoft.Extensions.Http",
            "Microsoft.AspNetCore.Server.Kestrel.Core",
            "System.Text.Json",
        ];
        var loaded = AppDomain.CurrentDomain.GetAssemblies().Where(assembly => names.Contains(assembly.GetName().Name)).ToList();

        Checks.Equal(names.Length, loaded.Count, "Assemblies loaded, each once");
        Checks.Equal(
            null,
            loaded.FirstOrDefault(assembly => !assembly.Location.StartsWith(ModuleFolder.Binaries, StringComparison.Ordinal))?.Location,
            "Assemblies from another folder"
        );
        Checks.Holds(
            ModuleFolder.Binaries.EndsWith(Path.Combine("out", "PxxlPeriscope", "bin", "netstandard2.0"), StringComparison.Ordinal),
            "the assembly is the one that ships with the module"
        );
        return Task.CompletedTask;
    }

    private static string Hex(byte[] bytes) => BitConverter.ToString(bytes).Replace("-", string.Empty).ToLowerInvariant();

    private static async Task<List<SendOutcome>> SendAsync(ReportSender sender, IEnumerable<Action> additions)
    {
        var outcomes = new List<SendOutcome>();
        foreach (var add in additions)
        {
            while (sender.IsFull)
            {
                outcomes.Add(await sender.NextOutcomeAsync());
            }

            add();
        }

        while (sender.HasPending)
        {
            outcomes.Add(await sender.NextOutcomeAsync());
        }

        return outcomes;
    }

    private async Task<List<Deployment>> ListAsync()
    {
        using var connection = Pxxl();
        var deployments = new List<Deployment>();
        await foreach (var deployment in new PxxlClient(connection).ListDeploymentsAsync(new DeploymentQuery()))
        {
            deployments.Add(deployment);
        }

        return deployments;
    }

    private async Task<List<DeploymentReport>> ReportsAsync()
    {
        var conversion = new ReportConverter();
        return [.. (await ListAsync()).Select(deployment => conversion.Convert(deployment, out _)).OfType<DeploymentReport>()];
    }

    private PxxlConnection Pxxl() => new(sandbox.Pxxl, "a check", HttpAssemblyLoader.Open);

    private PeriscopeConnection Periscope() => new(sandbox.Periscope, "a check", HttpAssemblyLoader.Open);
}
