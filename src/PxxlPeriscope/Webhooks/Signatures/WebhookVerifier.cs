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
    public Task<SignatureCheck> CheckAsync(WebhookRequest request, CancellationToken cancellationToken = default) => CheckAsync(request, onValid: null, cancellationToken);

    /// <summary>Checks one webhook, and remembers it only after <paramref name="onValid"/> has dealt with it.</summary>
    internal async Task<SignatureCheck> CheckAsync(WebhookRequest request, Func<Task>? onValid, CancellationToken cancellationToken)
    {
        var check = request.AmbiguousHeader is null
            ? WebhookSignature.Verify(request.Body, request.Signature, request.Timestamp, Secrets, TimeProvider.GetUtcNow(), Tolerance, Scheme)
            : new SignatureCheck { Reason = SignatureReason.HeaderAmbiguous };
        var signature = check.IsValid ? WebhookSignature.Decode(request.Signature!.Trim()) : null;
        if (signature is null || (onValid is null && ReplayGuard is null))
        {
            return check;
        }

        if (onValid is not null && (ReplayGuard is null || !await ReplayGuard.ContainsAsync(signature, cancellationToken).ConfigureAwait(false)))
        {
            // Before it is remembered: what was not accepted in the end must be accepted when it comes again.
            await onValid().ConfigureAwait(false);
            if (ReplayGuard is not null)
            {
                await ReplayGuard.RememberAsync(signature, cancellationToken).ConfigureAwait(false);
            }

            return check;
        }

        return await ReplayGuard!.RememberAsync(signature, cancellationToken).ConfigureAwait(false) ? check : check with { Reason = SignatureReason.Replayed };
    }

    /// <summary>Checks several readings of one webhook, where its envelope does not say for sure what its body is.</summary>
    internal async Task<(SignatureCheck Check, WebhookRequest Request)> CheckAsync(IReadOnlyList<WebhookRequest> readings, CancellationToken cancellationToken = default)
    {
        (SignatureCheck Check, WebhookRequest Request)? first = null;
        foreach (var reading in readings)
        {
            var check = await CheckAsync(reading, cancellationToken).ConfigureAwait(false);
            if (check.Scheme is not null)
            {
                return (check, reading);
            }

            first ??= (check, reading);
        }

        return first!.Value;
    }
}
