using PxxlPeriscope.Connections;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Pxxl;

/// <summary>A route of the Pxxl API.</summary>
/// <param name="Path">The path below the base URI, without a query.</param>
internal sealed record PxxlRoute(string Path)
{
    /// <summary>Determines when the team is sent with a request. (docs/facts/pxxl-api.md, "Routes and envelopes".)</summary>
    internal enum TeamSelection
    {
        /// <summary>Only if a team was selected for this call: a route by id, for which Pxxl's SDKs do not send a team.</summary>
        Selected,

        /// <summary>Always the connection's team, however it was set: the route returns a list or a total that differs by team.</summary>
        Connection,
    }

    /// <summary>When the team is sent with this route.</summary>
    public TeamSelection Team { get; init; }

    /// <summary>What is requested, such as <c>deployment 'dep_1'</c>, so that the message for a 404 can name it.</summary>
    public string? Subject { get; init; }

    /// <summary>Whether the response may contain confidential values. If so, no error message quotes it.</summary>
    public bool IsConfidential { get; init; }

    /// <summary>Query parameters. Those without a value are omitted.</summary>
    public IReadOnlyList<(string Name, string? Value)> Query { get; init; } = [];

    /// <summary>Creates a route that contains the id of an item.</summary>
    /// <exception cref="ServiceException"><see cref="CallFailure.InvalidId"/>: the id would change the route.</exception>
    public static PxxlRoute Create(string noun, string id, string before, string after = "") =>
        new(before + ResourceId.Escape(ServiceName.Pxxl, noun, id) + after) { Subject = $"{noun} '{Printable.ToSingleLine(id, 80)}'" };

    /// <summary>Returns the path and the query.</summary>
    public string ToRelativeUri(string? team)
    {
        IEnumerable<(string Name, string? Value)> parameters = [.. Query, ("teamId", team)];
        var present = parameters
            .Where(parameter => parameter.Value is not null)
            .Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}");
        return string.Join("&", present) is { Length: > 0 } query ? Path + "?" + query : Path;
    }
}
