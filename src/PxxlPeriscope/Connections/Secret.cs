using PxxlPeriscope.Text;

namespace PxxlPeriscope;

/// <summary>An API key or signing secret that no output can show: it has no public property and prints as <c>***</c>.</summary>
public sealed class Secret
{
    /// <summary>Shorter ones are words that any text may have.</summary>
    private const int MinPartLength = 6;

    private readonly string _value;
    private readonly string[] _redactedParts;

    private Secret(string value)
        : this(value, [value]) { }

    private Secret(string value, string[] hidden) => (_value, _redactedParts) = (value, hidden);

    /// <summary>Wraps a key. White space around it, which copying adds, is removed.</summary>
    /// <exception cref="ArgumentException">The text is empty, or has white space or control characters inside, which no key has
    /// and which could smuggle a header into a request.</exception>
    public static Secret From(string text)
    {
        var trimmed = (text ?? throw new ArgumentNullException(nameof(text))).Trim();
        if (trimmed.Length == 0)
        {
            throw new ArgumentException("The key is empty.", nameof(text));
        }

        if (trimmed.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c > '~'))
        {
            throw new ArgumentException(
                "The key has white space, control or non-ASCII characters inside. Copy it again, the key alone.",
                nameof(text)
            );
        }

        return new Secret(trimmed);
    }

    /// <summary>Wraps a signing secret as it is: it goes into a signature, never into a header, so every character may be meant.</summary>
    /// <exception cref="ArgumentException">The text is empty.</exception>
    public static Secret FromExactly(string text) =>
        string.IsNullOrEmpty(text) ? throw new ArgumentException("The secret is empty.", nameof(text)) : new Secret(text);

    /// <summary>Wraps an address whose path or query is a secret. Its parts are hidden too: a service may repeat a token alone.</summary>
    internal static Secret From(Uri address)
    {
        var remainder = address.PathAndQuery.TrimStart('/');
        string[] parts =
        [
            address.AbsoluteUri,
            address.OriginalString,
            remainder,
            .. remainder.Split('/', '?', '&', '='),
            .. address.AbsolutePath.Split('/', ';', ','),
        ];
        return new Secret(
            address.AbsoluteUri,
            [
                .. parts
                    .Concat(parts.Select(Uri.UnescapeDataString))
                    .Where(part => part.Length >= MinPartLength)
                    .Distinct(StringComparer.Ordinal)
                    .OrderByDescending(part => part.Length),
            ]
        );
    }

    /// <inheritdoc/>
    public override string ToString() => "***";

    /// <summary>Whether it is the same key, without a copy of either in clear.</summary>
    internal bool HasSameValue(Secret other) => string.Equals(_value, other._value, StringComparison.Ordinal);

    /// <summary>The text itself, for the authorization header. Internal, so that no view and no script reaches it.</summary>
    internal string Reveal() => _value;

    /// <summary>Takes the secret out of a text that a service or a library wrote.</summary>
    internal string Redact(string text) => _redactedParts.Aggregate(text, (remainder, hidden) => remainder.Replace(hidden, "***"));

    /// <summary>One line of a text from outside, fit for a terminal and without this secret, which a service may echo.</summary>
    internal string Redact(string text, int maximumLength) => Printable.ToSingleLine(Redact(text), maximumLength);
}
