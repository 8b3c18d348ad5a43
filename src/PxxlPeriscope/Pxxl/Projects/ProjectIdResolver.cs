using PxxlPeriscope.Text;

namespace PxxlPeriscope.Pxxl.Projects;

/// <summary>Finds the id of a project that is specified by id or name.</summary>
internal static class ProjectIdResolver
{
    internal static async Task<string> FindAsync(
        string idOrName,
        Func<CancellationToken, IAsyncEnumerable<Project>> listProjects,
        CancellationToken cancellationToken
    )
    {
        // Real ids have this prefix; listing all projects first would take an additional request each time.
        if (idOrName.StartsWith("proj_", StringComparison.Ordinal))
        {
            return idOrName;
        }

        var named = new List<Project>();
        await foreach (var project in listProjects(cancellationToken).ConfigureAwait(false))
        {
            if (project.Id == idOrName)
            {
                return idOrName;
            }

            if (string.Equals(project.Name, idOrName, StringComparison.OrdinalIgnoreCase))
            {
                named.Add(project);
            }
        }

        return named.Count switch
        {
            1 => named[0].Id,
            0 => throw new ServiceException(
                ServiceName.Pxxl,
                CallFailure.NotFound,
                $"No project has the id or name '{Printable.ToSingleLine(idOrName, 60)}', or this key and team have no access to it."
            ),
            _ => throw new ServiceException(
                ServiceName.Pxxl,
                CallFailure.AmbiguousName,
                $"{named.Count} projects are named '{Printable.ToSingleLine(idOrName, 60)}'. "
                    + $"Specify the id: {string.Join(", ", named.Select(project => project.Id))}."
            ),
        };
    }
}
