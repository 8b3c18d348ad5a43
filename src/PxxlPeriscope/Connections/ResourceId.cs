using PxxlPeriscope.Text;

namespace PxxlPeriscope.Connections;

/// <summary>Puts an id from a user, a file or a service into a path so that it can never name another route.</summary>
internal static class ResourceId
{
    /// <summary>No id seen is longer than 40 characters; none is known to have a limit.</summary>
    private const int MaximumLength = 256;

    internal static string Escape(ServiceName service, string kind, string id)
    {
        var problem = id switch
        {
            null or "" => "is empty",
            { Length: > MaximumLength } => $"has {id.Length} characters; the longest that is sent is {MaximumLength}",
            // Escaping is no help here: %2F and dot segments are resolved again by clients, proxies or routers.
            _ when id.Any(c => c is '/' or '\\' or '?' or '#' or '%' || char.IsWhiteSpace(c) || char.IsControl(c)) =>
                "has a slash, backslash, '?', '#', '%', white space or control character",
            _ when id.All(c => c == '.') || id.Contains("..") => "has dots that would name another route",
            _ => null,
        };
        return problem is null
            ? Uri.EscapeDataString(id!)
            : throw new ServiceException(
                service,
                CallFailure.InvalidId,
                $"'{Printable.ToSingleLine(id ?? string.Empty, 40)}' is no {kind}: it {problem}. Nothing was sent."
            );
    }
}
