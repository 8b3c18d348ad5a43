namespace PxxlPeriscope;

/// <summary>
/// The address that notifications are sent to. Anybody who has the address of a chat webhook can write to that chat, so it is a secret:
/// only its scheme and host are ever shown.
/// </summary>
public sealed class NotificationAddress
{
    /// <summary>The hosts of known chat webhooks. A leading dot matches every subdomain.</summary>
    private static readonly (string Host, string Path, NotificationFormat Format)[] Known =
    [
        ("hooks.slack.com", "/", NotificationFormat.Slack),
        ("hooks.slack-gov.com", "/", NotificationFormat.Slack),
        ("discord.com", "/api/", NotificationFormat.Discord),
        (".discord.com", "/api/", NotificationFormat.Discord),
        ("discordapp.com", "/api/", NotificationFormat.Discord),
        (".webhook.office.com", "/", NotificationFormat.Teams),
        ("outlook.office.com", "/webhook/", NotificationFormat.Teams),
        // Teams workflows are Power Automate flows, whose addresses have moved from one host to the other.
        (".logic.azure.com", "/", NotificationFormat.Teams),
        (".api.powerplatform.com", "/", NotificationFormat.Teams),
    ];

    private NotificationAddress(Uri uri)
    {
        Uri = uri;
        Secret = Secret.From(uri);
    }

    /// <summary>The host, including the port if it is not the default.</summary>
    public string Host => Uri.Authority;

    /// <summary>The format of the chat that uses such addresses; JSON for any other host.</summary>
    public NotificationFormat Format => Array.Find(Known, IsMatch) is { Host: not null } known ? known.Format : NotificationFormat.Json;

    internal Uri Uri { get; }

    internal Secret Secret { get; }

    /// <summary>Parses an address as shown by a chat.</summary>
    /// <exception cref="FormatException">The address is not absolute, does not use https (http is allowed for this machine only), or has a
    /// user name.</exception>
    public static NotificationAddress From(string text)
    {
        // No message quotes the text: even if it is not an address, it may be a secret.
        if (!Uri.TryCreate((text ?? string.Empty).Trim(), UriKind.Absolute, out var uri))
        {
            throw new FormatException("This is not a webhook address. Copy the complete https:// address from the chat service.");
        }

        if (uri.Scheme != Uri.UriSchemeHttps && !(uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
        {
            throw new FormatException(
                "The address does not start with https://, so its content could be read in transit. "
                    + "http:// is allowed for localhost only."
            );
        }

        return uri.UserInfo.Length > 0
            ? throw new FormatException(
                "The address contains a user name, which is not supported. " + "Specify the scheme, host, path and query only."
            )
            : new NotificationAddress(uri);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Uri.Scheme}://{Host}/***";

    private bool IsMatch((string Host, string Path, NotificationFormat Format) known) =>
        Uri.AbsolutePath.StartsWith(known.Path, StringComparison.OrdinalIgnoreCase)
        && (
            known.Host[0] == '.'
                ? Uri.Host.EndsWith(known.Host, StringComparison.OrdinalIgnoreCase)
                : string.Equals(Uri.Host, known.Host, StringComparison.OrdinalIgnoreCase)
        );
}
