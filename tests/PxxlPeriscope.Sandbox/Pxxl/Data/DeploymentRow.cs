using PxxlPeriscope.Sandbox.Pxxl.Responses;
using PxxlPeriscope.Sandbox.Pxxl.Shape;

namespace PxxlPeriscope.Sandbox.Pxxl.Data;

/// <summary>A stored deployment with its JSON, which is made once for the dialect in use as soon as the deployment has settled.</summary>
internal sealed class DeploymentRow(SandboxDeployment deployment)
{
    private readonly DateTimeOffset _settledAt = deployment.SettledAt;
    private PreparedJson? _prepared;

    /// <summary>As stored; <see cref="SandboxDeployment.At"/> tells how it looks at a moment.</summary>
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
