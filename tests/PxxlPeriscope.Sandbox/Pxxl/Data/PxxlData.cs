using PxxlPeriscope.Sandbox.Pxxl.Seed;

namespace PxxlPeriscope.Sandbox.Pxxl.Data;

/// <summary>The data of Pxxl: projects and deployments. It can be changed while requests are processed.</summary>
public sealed class PxxlData
{
    private readonly SandboxClock _clock;
    private readonly object _changing = new();
    private DeploymentTable _table;
    private IReadOnlyList<SandboxProject> _projects;
    private IReadOnlyList<SandboxVariable> _variables;

    internal PxxlData(SandboxClock clock, IReadOnlyList<SandboxProject> projects, IEnumerable<SandboxDeployment> deployments)
    {
        _clock = clock;
        _projects = projects;
        _variables = [.. SeededVariables.Of(projects)];
        Logs = new(clock);
        _table = new([.. deployments.Select(deployment => new DeploymentRow(deployment))]);
    }

    /// <summary>The deployments at the current time, in listing order: newest first, with a few rows out of order.</summary>
    public IReadOnlyList<SandboxDeployment> Deployments => new DeploymentRowList(Table.Rows, _clock.UtcNow);

    public IReadOnlyList<SandboxProject> Projects => Volatile.Read(ref _projects);

    /// <summary>The only team. Any other team id is unknown.</summary>
    public string TeamId { get; } = SeededProjects.TeamId;

    /// <summary>The lines that tests write to deployment logs.</summary>
    public WrittenLogs Logs { get; }

    internal DeploymentTable Table => Volatile.Read(ref _table);

    /// <summary>The deployment at the current time, or null.</summary>
    public SandboxDeployment? FindDeployment(string id) => Table.Find(id)?.Deployment.At(_clock.UtcNow);

    public SandboxProject? FindProject(string id) => Projects.FirstOrDefault(project => project.Id == id);

    /// <summary>Inserts a deployment by age.</summary>
    public void Add(SandboxDeployment deployment)
    {
        lock (_changing)
            _table = Table.With(deployment);
    }

    public void AddProject(SandboxProject project)
    {
        lock (_changing)
            _projects = [.. _projects, project];
    }

    /// <summary>Adds an environment variable, or replaces the variable of the same name.</summary>
    public void AddVariable(SandboxVariable variable)
    {
        lock (_changing)
            _variables =
            [
                .. _variables.Where(other =>
                    (other.ProjectId, other.Key, other.IsGlobal) != (variable.ProjectId, variable.Key, variable.IsGlobal)
                ),
                variable,
            ];
    }

    /// <summary>Replaces the deployment of the same id in place.</summary>
    public void Update(SandboxDeployment deployment)
    {
        lock (_changing)
            _table = Table.Updated(deployment);
    }

    /// <summary>Replaces all deployments, in exactly the given order.</summary>
    public void Replace(IEnumerable<SandboxDeployment> deployments)
    {
        var table = new DeploymentTable([.. deployments.Select(deployment => new DeploymentRow(deployment))]);
        lock (_changing)
            _table = table;
    }

    /// <summary>Replaces all projects, in exactly the given order.</summary>
    public void ReplaceProjects(IEnumerable<SandboxProject> projects)
    {
        lock (_changing)
            _projects = [.. projects];
    }

    internal IReadOnlyList<SandboxVariable> VariablesOf(string projectId, bool isGlobal) =>
        [.. Volatile.Read(ref _variables).Where(variable => variable.ProjectId == projectId && variable.IsGlobal == isGlobal)];

    internal IReadOnlyList<SandboxProject> ProjectsOf(string? teamId) =>
        teamId is null ? Projects : [.. Projects.Where(project => project.TeamId == teamId)];

    internal IReadOnlyList<DeploymentRow> RowsOf(string? teamId)
    {
        if (teamId is null)
            return Table.Rows;
        var ids = ProjectsOf(teamId).Select(project => project.Id).ToHashSet();
        return [.. Table.Rows.Where(row => row.Deployment.ProjectId is { } id && ids.Contains(id))];
    }
}
