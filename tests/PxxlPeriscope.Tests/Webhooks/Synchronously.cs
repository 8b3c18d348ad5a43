using PxxlPeriscope.Webhooks;
using PxxlPeriscope.Webhooks.Receiving;
using PxxlPeriscope.Webhooks.Signatures;

namespace PxxlPeriscope.Tests.Webhooks;

/// <summary>Runs asynchronous file operations synchronously: no other process uses these files, so there is nothing to wait for.</summary>
internal static class Synchronously
{
    public static SignatureCheck Check(this WebhookVerifier verifier, WebhookRequest request) =>
        verifier.CheckAsync(request).GetAwaiter().GetResult();

    public static (SignatureCheck Check, WebhookRequest Request) Check(this WebhookVerifier verifier, IEnumerable<WebhookRequest> readings)
    {
        var (check, request) = verifier.PeekAsync(readings).GetAwaiter().GetResult();
        return (verifier.AcceptAsync(request, check).GetAwaiter().GetResult(), request);
    }

    public static bool Remember(this ReplayGuard guard, byte[] signature) => guard.RememberAsync(signature).GetAwaiter().GetResult();

    public static string Keep(this WebhookInbox inbox, WebhookRequest request) =>
        inbox.StoreAsync(request, CancellationToken.None).GetAwaiter().GetResult();

    public static WebhookRequest? Read(string path) => WebhookInbox.ReadAsync(path, CancellationToken.None).GetAwaiter().GetResult();
}
