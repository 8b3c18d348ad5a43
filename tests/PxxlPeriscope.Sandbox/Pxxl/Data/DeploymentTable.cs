namespace PxxlPeriscope.Sandbox.Pxxl.Data;

/// <summary>All deployments at a given time, in listing order. Immutable, so that requests can read it without a lock.</summary>
internal sealed class DeploymentTable
{
    private readonly Dictionary<string, DeploymentRow> _byId;
    private readonly Lazy<Dictionary<string, DeploymentRow[]>> _byProject;

    public DeploymentTable(IReadOnlyList<DeploymentRow> rows)
    {
        Rows = rows;
        _byId = new(rows.Count, StringComparer.Ordinal);
        foreach (var row in rows)
            _byId[row.Deployment.Id] = row;
        _byProject = new(() => Rows.GroupBy(row => row.Deployment.ProjectId ?? "").ToDictionary(rows => rows.Key, rows => rows.ToArray()));
    }

    public IReadOnlyList<DeploymentRow> Rows { get; }

    public DeploymentRow? Find(string id) => _byId.GetValueOrDefault(id);

    public IReadOnlyList<DeploymentRow> OfProject(string id) => _byProject.Value.GetValueOrDefault(id, []);

    /// <summary>Returns the table with a deployment inserted by age. Rows that are out of order stay where they are.</summary>
    public DeploymentTable With(SandboxDeployment added)
    {
        var rows = Rows.ToList();
        var place = rows.FindIndex(row => row.Deployment.CreatedAt <= added.CreatedAt);
        rows.Insert(place < 0 ? rows.Count : place, new(added));
        return new(rows);
    }

    /// <summary>Returns the table with the deployment of the same id replaced in place.</summary>
    public DeploymentTable Updated(SandboxDeployment changed) =>
        new([.. Rows.Select(row => row.Deployment.Id == changed.Id ? new DeploymentRow(changed) : row)]);
}
