using PxxlPeriscope.Text;

namespace PxxlPeriscope;

/// <summary>An API key or signing secret that cannot appear in output: it has no public property and its text is <c>***</c>.</summary>
public sealed class Secret
{
    /// <summary>Shorter parts could be ordinary words.</summary>
    private const int MinPartLength = 6;

    private readonly string _value;
    private readonly string[] _redactedParts;

    private Secret(string value)
        : this(value, [value]) { }

    private Secret(string value, string[] hidden) => (_value, _redactedParts) = (value, hidden);

    /// <summary>Wraps a key. Surrounding white space, which copying can add, is removed.</summary>
    /// <exception cref="ArgumentException">The text is empty, or contains white space or control characters, which are not part of any key
    /// and could inject a header into a request.</exception>
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
                "The key contains white space, control characters, or non-ASCII characters. Copy it again, without any other text.",
                nameof(text)
            );
        }

        return new Secret(trimmed);
    }

    /// <summary>
    /// Wraps a signing secret unchanged: it is only used in signatures, never in a header, so every character may be significant.
    /// </summary>
    /// <exception cref="ArgumentException">The text is empty.</exception>
    public static Secret FromExactly(string text) =>
        string.IsNullOrEmpty(text) ? throw new ArgumentException("The secret is empty.", nameof(text)) : new Secret(text);

    /// <summary>
    /// Wraps an address whose path or query is secret. Its parts are redacted too, because a service may repeat only the token.
    /// </summary>
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

    /// <summary>Whether two keys are the same, without copying either of them in clear text.</summary>
    internal bool HasSameValue(Secret other) => string.Equals(_value, other._value, StringComparison.Ordinal);

    /// <summary>Returns the key itself, for the authorization header. Internal, so that views and scripts cannot access it.</summary>
    internal string Reveal() => _value;

    /// <summary>Removes the secret from a text that a service or library returned.</summary>
    internal string Redact(string text) => _redactedParts.Aggregate(text, (remainder, hidden) => remainder.Replace(hidden, "***"));

    /// <summary>
    /// Returns a text from outside as one line that is safe for a terminal and does not contain this secret, which a service may echo.
    /// </summary>
    internal string Redact(string text, int maximumLength) => Printable.ToSingleLine(Redact(text), maximumLength);
}
