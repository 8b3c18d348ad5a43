using System.Collections;

namespace PxxlPeriscope.Sandbox.Pxxl.Data;

/// <summary>A view of rows as deployments at a given time, without copying them.</summary>
internal sealed class DeploymentRowList(IReadOnlyList<DeploymentRow> rows, DateTimeOffset now) : IReadOnlyList<SandboxDeployment>
{
    public int Count => rows.Count;

    public SandboxDeployment this[int index] => rows[index].Deployment.At(now);

    public IEnumerator<SandboxDeployment> GetEnumerator() => rows.Select(row => row.Deployment.At(now)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
