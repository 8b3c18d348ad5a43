namespace PxxlPeriscope.Webhooks.Signatures;

/// <summary>Verifies webhooks against one set of secrets and rules.</summary>
public sealed class WebhookVerifier
{
    /// <summary>The signing secret, or several while one is being replaced.</summary>
    public required IReadOnlyList<Secret> Secrets { get; init; }

    /// <summary>The scheme, if it is known.</summary>
    public SignatureScheme Scheme { get; init; }

    /// <summary>The largest age in either direction; null ignores the age.</summary>
    public TimeSpan? Tolerance { get; init; } = WebhookSignature.DefaultTolerance;

    /// <summary>Remembers what was accepted; null to accept the same again.</summary>
    public ReplayGuard? ReplayGuard { get; init; }

    /// <summary>The clock of all ages.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Checks one webhook. What is valid is remembered by the replay guard, so that the next check of it is not.</summary>
    /// <exception cref="IOException">The replay guard's file cannot be used; nothing is accepted then.</exception>
    public Task<SignatureCheck> CheckAsync(WebhookRequest request, CancellationToken cancellationToken = default) =>
        CheckAsync(request, onValid: null, cancellationToken);

    /// <summary>Checks one webhook, and remembers it only after <paramref name="onValid"/> has used it: one that could not be used must be accepted again.</summary>
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
    /// Checks several readings of one webhook, where its envelope does not say for sure what its body is. Nothing is remembered:
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

    /// <summary>Remembers what is valid; it is replayed when it was remembered before, by another process since it was checked, say.</summary>
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
