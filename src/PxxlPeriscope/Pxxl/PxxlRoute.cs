using PxxlPeriscope.Connections;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Pxxl;

/// <summary>What to ask Pxxl for.</summary>
/// <param name="Path">Below the base URI, without a query.</param>
internal sealed record PxxlRoute(string Path)
{
    /// <summary>When the team is sent with a route. (docs/facts/pxxl-api.md, "Routes and envelopes".)</summary>
    internal enum TeamSelection
    {
        /// <summary>Only a team that was chosen for this call: a route by id, to which Pxxl's own SDKs send none.</summary>
        Selected,

        /// <summary>The connection's team, whichever way it was set: a list or a sum, which is another one for each team.</summary>
        Connection,
    }

    /// <summary>Whether the connection's team goes with it.</summary>
    public TeamSelection Team { get; init; }

    /// <summary>What is asked for, such as <c>deployment 'dep_1'</c>, so that a 404 can name it.</summary>
    public string? Subject { get; init; }

    /// <summary>Whether the answer may carry what nobody may see: then no error repeats a word of it.</summary>
    public bool IsConfidential { get; init; }

    /// <summary>Parameters; those without a value are left out.</summary>
    public IReadOnlyList<(string Name, string? Value)> Query { get; init; } = [];

    /// <summary>A route that has the id of one thing in it.</summary>
    /// <exception cref="ServiceException"><see cref="CallFailure.InvalidId"/>: the id would name another route.</exception>
    public static PxxlRoute Create(string noun, string id, string before, string after = "") =>
        new(before + ResourceId.Escape(ServiceName.Pxxl, noun, id) + after) { Subject = $"{noun} '{Printable.ToSingleLine(id, 80)}'" };

    /// <summary>Path and query.</summary>
    public string ToRelativeUri(string? team)
    {
        IEnumerable<(string Name, string? Value)> parameters = [.. Query, ("teamId", team)];
        var present = parameters
            .Where(parameter => parameter.Value is not null)
            .Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}");
        return string.Join("&", present) is { Length: > 0 } query ? Path + "?" + query : Path;
    }
}
