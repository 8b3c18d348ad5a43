namespace PxxlPeriscope;

/// <summary>
/// Where notifications go. Whoever has the address of a chat's webhook can write into that chat, so it is a secret: no more than
/// scheme and host of it are ever shown.
/// </summary>
public sealed class NotificationAddress
{
    /// <summary>The hosts that chats give addresses at; a dot at the beginning stands for every host below.</summary>
    private static readonly (string Host, string Path, NotificationFormat Format)[] Known =
    [
        ("hooks.slack.com", "/", NotificationFormat.Slack),
        ("hooks.slack-gov.com", "/", NotificationFormat.Slack),
        ("discord.com", "/api/", NotificationFormat.Discord),
        (".discord.com", "/api/", NotificationFormat.Discord),
        ("discordapp.com", "/api/", NotificationFormat.Discord),
        (".webhook.office.com", "/", NotificationFormat.Teams),
        ("outlook.office.com", "/webhook/", NotificationFormat.Teams),
        // Workflows of Teams are flows of Power Automate, whose addresses have moved from the one to the other.
        (".logic.azure.com", "/", NotificationFormat.Teams),
        (".api.powerplatform.com", "/", NotificationFormat.Teams),
    ];

    private NotificationAddress(Uri uri)
    {
        Uri = uri;
        Secret = Secret.From(uri);
    }

    /// <summary>The host, with its port where that is not the usual one.</summary>
    public string Host => Uri.Authority;

    /// <summary>The format of the chat that gives such addresses; JSON for every other host.</summary>
    public NotificationFormat Format => Array.Find(Known, IsMatch) is { Host: not null } known ? known.Format : NotificationFormat.Json;

    internal Uri Uri { get; }

    internal Secret Secret { get; }

    /// <summary>Takes an address as a chat gives it.</summary>
    /// <exception cref="FormatException">It is not absolute, not https (http is for this machine only), or has a user name.</exception>
    public static NotificationAddress From(string text)
    {
        // No message repeats any of the text: what is no address may be a secret all the more.
        if (!Uri.TryCreate((text ?? string.Empty).Trim(), UriKind.Absolute, out var uri))
        {
            throw new FormatException("This is no address. Give all of it as the chat shows it, with https:// at its beginning.");
        }

        if (uri.Scheme != Uri.UriSchemeHttps && !(uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
        {
            throw new FormatException(
                "The address does not begin with https://, so what it carries could be read on the way. http:// is for this machine only (localhost)."
            );
        }

        return uri.UserInfo.Length > 0
            ? throw new FormatException("The address has a user name in it, which is not sent. Give scheme, host, path and query only.")
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
