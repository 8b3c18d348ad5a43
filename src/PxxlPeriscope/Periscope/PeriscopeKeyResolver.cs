namespace PxxlPeriscope.Periscope;

/// <summary>Finds the key in the environment. Periscope prescribes no name for the variables; these are the natural ones.</summary>
/// <param name="environment">Reads an environment variable.</param>
public sealed class PeriscopeKeyResolver(Func<string, string?> environment)
{
    /// <summary>The base URI to use when none is given.</summary>
    public string BaseUri => Read("PERISCOPE_API_URL") ?? PeriscopeConnection.DefaultBaseUri;

    /// <summary>The key and where it came from; null when there is none.</summary>
    /// <exception cref="ServiceException">A key is there but unusable.</exception>
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
                "The environment variable PERISCOPE_API_KEY holds no usable key: it has white space, control or non-ASCII characters inside."
            );
        }
    }

    /// <summary>Whether a key lacks the prefix that Periscope's have. Only a prefix is documented, no length and no alphabet.</summary>
    public static bool IsKeyOfAnotherService(Secret key) => !key.Reveal().StartsWith("psk_", StringComparison.Ordinal);

    private string? Read(string name) => environment(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;
}
