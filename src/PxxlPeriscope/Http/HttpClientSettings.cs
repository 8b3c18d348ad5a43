using System.Net;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Http;

/// <summary>The settings of a resilient HttpClient.</summary>
public sealed record HttpClientSettings
{
    /// <summary>The only origin that requests are sent to.</summary>
    public required Uri BaseUri { get; init; }

    /// <summary>
    /// Sent as <c>Authorization: Bearer</c>; null for a host that is not one of the two services and must not receive a key.
    /// </summary>
    public required Secret? ApiKey { get; init; }

    /// <summary>The address, if it is a secret itself, such as the webhook of a chat; null if it may be shown.</summary>
    public Secret? SecretAddress { get; init; }

    /// <summary>At least 8 characters and without the name of a known tool, because the edge of Pxxl uses it to score bots.</summary>
    public string UserAgent { get; init; } = "PxxlPeriscope/" + typeof(HttpClientSettings).Assembly.GetName().Version!.ToString(3);

    /// <summary>A proxy to use instead of the system's.</summary>
    public IWebProxy? Proxy { get; init; }

    /// <summary>Whether to use no proxy at all, not even the system's.</summary>
    public bool NoProxy { get; init; }

    /// <summary>The maximum number of retries of an idempotent request.</summary>
    public int MaximumRetryCount { get; init; } = 4;

    /// <summary>The delay before the first retry. It doubles with each retry, with jitter, up to 30 seconds.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest Retry-After to wait for. A longer one ends the call with an error that contains it.</summary>
    public TimeSpan MaximumRetryAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The time limit of one attempt, including the response body.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The time limit of one call, including all retries and waits.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The maximum size of a response in bytes, after decompression.</summary>
    public int MaximumBodyBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>The statuses after which an idempotent request is retried.</summary>
    public IReadOnlyCollection<int> RetriedStatusCodes { get; init; } = [408, 429, 502, 503, 504];

    /// <summary>The clock for all delays.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Removes the key and a secret address from a text that a service or library returned.</summary>
    internal string Redact(string text)
    {
        var redacted = ApiKey?.Redact(text) ?? text;
        return SecretAddress?.Redact(redacted) ?? redacted;
    }

    /// <summary>Returns a text from outside as one line that is safe for a terminal and without secrets.</summary>
    internal string Redact(string text, int maximumLength) => Printable.ToSingleLine(Redact(text), maximumLength);

    /// <summary>Returns the path and query of an address as they may be logged.</summary>
    internal string RedactPath(Uri address) => SecretAddress is null ? address.PathAndQuery : "/***";
}
