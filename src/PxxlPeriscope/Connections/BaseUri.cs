namespace PxxlPeriscope.Connections;

/// <summary>The rules for an address that a key will be sent to.</summary>
public static class BaseUri
{
    /// <summary>Checks an address before any key is read, and makes it end in a slash.</summary>
    /// <exception cref="ServiceException"><see cref="CallFailure.InvalidBaseUri"/>: not absolute, not https (http is for this
    /// machine only), or with a user name, query or fragment.</exception>
    public static Uri Validate(ServiceName service, string text)
    {
        if (!Uri.TryCreate((text ?? string.Empty).Trim(), UriKind.Absolute, out var uri))
        {
            throw Invalid("is not an absolute address such as https://host/path/");
        }

        if (uri.Scheme != Uri.UriSchemeHttps && !(uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
        {
            throw Invalid(
                uri.Scheme == Uri.UriSchemeHttp
                    ? "would send the key unencrypted: http:// is for this machine only (localhost), use https://"
                    : "does not start with https://"
            );
        }

        if (uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            throw Invalid("has a user name, a query or a fragment; give scheme, host and path only");
        }

        return new Uri(uri.AbsoluteUri.TrimEnd('/') + "/");

        // Only scheme and host are repeated: a user name in the address may come with a password.
        ServiceException Invalid(string problem) =>
            new(
                service,
                CallFailure.InvalidBaseUri,
                $"The base URI of {service} ({(uri is null ? "not an address" : uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped))}) {problem}."
            );
    }
}
