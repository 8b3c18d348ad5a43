using PxxlPeriscope.Text;

namespace PxxlPeriscope.Pxxl;

/// <summary>A path that a user typed, kept below the base URI.</summary>
internal static class RelativePath
{
    internal static Uri Validate(Uri baseUri, string path)
    {
        var route = (path ?? string.Empty).TrimStart('/');
        var end = route.IndexOf('?');
        var beforeQuery = end < 0 ? route : route.Substring(0, end);
        // A colon before any slash would be read as a scheme; encoded dots and slashes are resolved by some proxies.
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
                $"'{Printable.ToSingleLine(path ?? string.Empty, 60)}' is no path below {baseUri}. It has '..', '\\', '#', a host or nothing in it."
            );
        }

        return uri;
    }
}
