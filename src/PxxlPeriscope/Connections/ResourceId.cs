using PxxlPeriscope.Text;

namespace PxxlPeriscope.Connections;

/// <summary>Escapes an id from a user, a file or a service in a path, so that it can never address another route.</summary>
internal static class ResourceId
{
    /// <summary>No known id is longer than 40 characters, but no maximum is documented.</summary>
    private const int MaximumLength = 256;

    internal static string Escape(ServiceName service, string kind, string id)
    {
        var problem = id switch
        {
            null or "" => "is empty",
            { Length: > MaximumLength } => $"has {id.Length} characters; the maximum is {MaximumLength}",
            // Escaping does not help here: clients, proxies or routers decode %2F and resolve dot segments again.
            _ when id.Any(c => c is '/' or '\\' or '?' or '#' or '%' || char.IsWhiteSpace(c) || char.IsControl(c)) =>
                "contains a slash, backslash, '?', '#', '%', white space, or a control character",
            _ when id.All(c => c == '.') || id.Contains("..") => "contains dots that would address another route",
            _ => null,
        };
        return problem is null
            ? Uri.EscapeDataString(id!)
            : throw new ServiceException(
                service,
                CallFailure.InvalidId,
                $"'{Printable.ToSingleLine(id ?? string.Empty, 40)}' is not a valid {kind}: it {problem}. No request was sent."
            );
    }
}
