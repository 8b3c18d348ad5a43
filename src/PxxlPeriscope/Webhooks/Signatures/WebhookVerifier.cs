namespace PxxlPeriscope.Webhooks.Signatures;

/// <summary>Verifies webhooks with one set of secrets and rules.</summary>
public sealed class WebhookVerifier
{
    /// <summary>The signing secret, or several during rotation.</summary>
    public required IReadOnlyList<Secret> Secrets { get; init; }

    /// <summary>The scheme, if known.</summary>
    public SignatureScheme Scheme { get; init; }

    /// <summary>The maximum age in either direction; null to ignore the age.</summary>
    public TimeSpan? Tolerance { get; init; } = WebhookSignature.DefaultTolerance;

    /// <summary>Records accepted webhooks; null to accept the same webhook again.</summary>
    public ReplayGuard? ReplayGuard { get; init; }

    /// <summary>The clock for all ages.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Verifies a webhook. The replay guard records a valid one, so that the next check of it fails.</summary>
    /// <exception cref="IOException">The file of the replay guard cannot be used. Nothing is accepted in this case.</exception>
    public Task<SignatureCheck> CheckAsync(WebhookRequest request, CancellationToken cancellationToken = default) =>
        CheckAsync(request, onValid: null, cancellationToken);

    /// <summary>
    /// Verifies a webhook, and records it only after <paramref name="onValid"/> has used it: a webhook that could not be used must be
    /// accepted again.
    /// </summary>
    internal async Task<SignatureCheck> CheckAsync(WebhookRequest request, Func<Task>? onValid, CancellationToken cancellationToken)
    {
        var check = onValid is null ? Verify(request) : await PeekAsync(request, cancellationToken).ConfigureAwait(false);
        if (onValid is not null && check.IsValid)
        {
            await onValid().ConfigureAwait(false);
        }

        return await AcceptAsync(request, check, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Verifies several readings of a webhook whose envelope does not determine the body unambiguously. Nothing is recorded:
    /// <see cref="AcceptAsync"/> does that once the webhook is used.
    /// </summary>
    internal async Task<(SignatureCheck Check, WebhookRequest Request)> PeekAsync(
        IEnumerable<WebhookRequest> readings,
        CancellationToken cancellationToken = default
    )
    {
        (SignatureCheck Check, WebhookRequest Request)? first = null;
        foreach (var reading in readings)
        {
            var check = await PeekAsync(reading, cancellationToken).ConfigureAwait(false);
            if (check.Scheme is not null)
            {
                return (check, reading);
            }

            first ??= (check, reading);
        }

        return first!.Value;
    }

    /// <summary>
    /// Records a valid webhook. If it was recorded since it was verified, for example by another process, it counts as replayed.
    /// </summary>
    internal async Task<SignatureCheck> AcceptAsync(
        WebhookRequest request,
        SignatureCheck check,
        CancellationToken cancellationToken = default
    ) =>
        !check.IsValid
        || ReplayGuard is null
        || await ReplayGuard.RememberAsync(SignatureOf(request), cancellationToken).ConfigureAwait(false)
            ? check
            : check with
            {
                Reason = SignatureReason.Replayed,
            };

    private async Task<SignatureCheck> PeekAsync(WebhookRequest request, CancellationToken cancellationToken)
    {
        var check = Verify(request);
        return
            check.IsValid
            && ReplayGuard is not null
            && await ReplayGuard.ContainsAsync(SignatureOf(request), cancellationToken).ConfigureAwait(false)
            ? check with
            {
                Reason = SignatureReason.Replayed,
            }
            : check;
    }

    private SignatureCheck Verify(WebhookRequest request) =>
        request.AmbiguousHeader is null
            ? WebhookSignature.Verify(
                request.Body,
                request.Signature,
                request.Timestamp,
                Secrets,
                TimeProvider.GetUtcNow(),
                Tolerance,
                Scheme
            )
            : new SignatureCheck { Reason = SignatureReason.HeaderAmbiguous };

    private static byte[] SignatureOf(WebhookRequest request) => WebhookSignature.Decode(request.Signature!.Trim())!;
}
