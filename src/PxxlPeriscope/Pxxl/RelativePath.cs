using PxxlPeriscope.Text;

namespace PxxlPeriscope.Pxxl;

/// <summary>Validates a path that a user typed, so that it stays below the base URI.</summary>
internal static class RelativePath
{
    internal static Uri Validate(Uri baseUri, string path)
    {
        var route = (path ?? string.Empty).TrimStart('/');
        var end = route.IndexOf('?');
        var beforeQuery = end < 0 ? route : route.Substring(0, end);
        // A colon before any slash would be parsed as a scheme. Some proxies decode encoded dots and slashes.
        var segments = Uri.UnescapeDataString(beforeQuery).Split('/', '\\');
        if (
            beforeQuery.Length == 0
            || segments.Any(segment => segment is "." or ".." || segment.Any(char.IsControl))
            || beforeQuery.Any(c => c is '\\' or '#')
            || segments[0].Contains(':')
            || !Uri.TryCreate(baseUri, route, out var uri)
            || !uri.AbsoluteUri.StartsWith(baseUri.AbsoluteUri, StringComparison.Ordinal)
        )
        {
            throw new ServiceException(
                ServiceName.Pxxl,
                CallFailure.InvalidPath,
                $"'{Printable.ToSingleLine(path ?? string.Empty, 60)}' is not a path below {baseUri}: "
                    + "it is empty or contains '..', '\\', '#' or a host."
            );
        }

        return uri;
    }
}
