namespace PxxlPeriscope.Connections;

/// <summary>Validates addresses that a key is sent to.</summary>
public static class BaseUri
{
    /// <summary>Checks an address before any key is read, and adds a trailing slash.</summary>
    /// <exception cref="ServiceException"><see cref="CallFailure.InvalidBaseUri"/>: the address is not absolute, does not use https (http
    /// is allowed for this machine only), or has a user name, query or fragment.</exception>
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
                    ? "would send the key unencrypted: http:// is allowed for localhost only; use https://"
                    : "does not start with https://"
            );
        }

        if (uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            throw Invalid("has a user name, query or fragment; specify the scheme, host and path only");
        }

        return new Uri(uri.AbsoluteUri.TrimEnd('/') + "/");

        // Only the scheme and host are shown: a user name in the address may be accompanied by a password.
        ServiceException Invalid(string problem) =>
            new(
                service,
                CallFailure.InvalidBaseUri,
                $"The base URI of {service} ("
                    + (uri is null ? "not an address" : uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped))
                    + $") {problem}."
            );
    }
}
