using System.Net;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Http;

/// <summary>What one resilient HttpClient is made from.</summary>
public sealed record HttpClientSettings
{
    /// <summary>The only origin that anything is sent to.</summary>
    public required Uri BaseUri { get; init; }

    /// <summary>Sent as <c>Authorization: Bearer</c>; null for a host that is no service of ours and gets no key.</summary>
    public required Secret? ApiKey { get; init; }

    /// <summary>The address that is called, where it is a secret itself, as the webhook of a chat is; null where it may be shown.</summary>
    public Secret? SecretAddress { get; init; }

    /// <summary>At least 8 characters without the name of a known tool: Pxxl's edge scores bots by it.</summary>
    public string UserAgent { get; init; } = "PxxlPeriscope/" + typeof(HttpClientSettings).Assembly.GetName().Version!.ToString(3);

    /// <summary>A proxy instead of the system's.</summary>
    public IWebProxy? Proxy { get; init; }

    /// <summary>No proxy at all, not even the system's.</summary>
    public bool NoProxy { get; init; }

    /// <summary>How often a repeatable request is sent again; 0 never.</summary>
    public int MaximumRetryCount { get; init; } = 4;

    /// <summary>The wait before the first repetition; it doubles from there, with jitter, up to 30 seconds.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest Retry-After that is waited for. A longer one ends the call with an error that names it.</summary>
    public TimeSpan MaximumRetryAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The time limit of one attempt, its body included.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The time limit of one call with all its repetitions and waits.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The largest answer that is read, in bytes, after decompression.</summary>
    public int MaximumBodyBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>The statuses after which a repeatable request is sent again.</summary>
    public IReadOnlyCollection<int> RetriedStatusCodes { get; init; } = [408, 429, 502, 503, 504];

    /// <summary>The clock of all waiting.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Takes the key and a secret address out of a text that a service or a library wrote.</summary>
    internal string Redact(string text)
    {
        var redacted = ApiKey?.Redact(text) ?? text;
        return SecretAddress?.Redact(redacted) ?? redacted;
    }

    /// <summary>One line of a text from outside, fit for a terminal and without secrets.</summary>
    internal string Redact(string text, int maximumLength) => Printable.ToSingleLine(Redact(text), maximumLength);

    /// <summary>The path and query of an address, as a log may show it.</summary>
    internal string RedactPath(Uri address) => SecretAddress is null ? address.PathAndQuery : "/***";
}
