namespace PxxlPeriscope.Periscope;

/// <summary>Finds the key in the environment. Periscope does not define names for these variables; they are this module's own.</summary>
/// <param name="environment">Reads an environment variable.</param>
internal sealed class PeriscopeKeyResolver(Func<string, string?> environment)
{
    /// <summary>The base URI to use if none is specified.</summary>
    public string BaseUri => Read("PERISCOPE_API_URL") ?? PeriscopeConnection.DefaultBaseUri;

    /// <summary>The key and its source; null if there is none.</summary>
    /// <exception cref="ServiceException">A key was found but is not usable.</exception>
    public (Secret Key, string Source)? Find()
    {
        try
        {
            return Read("PERISCOPE_API_KEY") is { } key ? (Secret.From(key), "environment variable PERISCOPE_API_KEY") : null;
        }
        catch (ArgumentException)
        {
            throw new ServiceException(
                ServiceName.Periscope,
                CallFailure.NotConnected,
                "The API key in the environment variable PERISCOPE_API_KEY is not valid: "
                    + "it contains white space, control characters, or non-ASCII characters."
            );
        }
    }

    /// <summary>Whether a key lacks the prefix of Periscope keys. Only the prefix is documented, not the length or the alphabet.</summary>
    public static bool IsKeyOfAnotherService(Secret key) => !key.Reveal().StartsWith("psk_", StringComparison.Ordinal);

    private string? Read(string name) => environment(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;
}
