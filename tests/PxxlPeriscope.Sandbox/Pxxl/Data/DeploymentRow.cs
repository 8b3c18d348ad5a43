using PxxlPeriscope.Sandbox.Pxxl.Responses;
using PxxlPeriscope.Sandbox.Pxxl.Shape;

namespace PxxlPeriscope.Sandbox.Pxxl.Data;

/// <summary>
/// A stored deployment with its JSON, which is created once per response shape when the deployment has reached its final state.
/// </summary>
internal sealed class DeploymentRow(SandboxDeployment deployment)
{
    private readonly DateTimeOffset _settledAt = deployment.SettledAt;
    private PreparedJson? _prepared;

    /// <summary>The stored deployment. <see cref="SandboxDeployment.At"/> returns its state at a given time.</summary>
    public SandboxDeployment Deployment { get; } = deployment;

    public ReadOnlyMemory<byte> Json(RowFormat dialect, DateTimeOffset now)
    {
        if (now < _settledAt)
            return DeploymentJson.Write(Deployment.At(now), dialect);
        var prepared = _prepared;
        if (prepared is null || prepared.Dialect != dialect)
            _prepared = prepared = new(dialect, DeploymentJson.Write(Deployment, dialect));
        return prepared.Utf8;
    }

    private sealed record PreparedJson(RowFormat Dialect, byte[] Utf8);
}
