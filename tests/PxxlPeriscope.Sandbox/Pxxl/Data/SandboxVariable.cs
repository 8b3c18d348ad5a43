using PxxlPeriscope.Sandbox.Pxxl.Shape;

namespace PxxlPeriscope.Sandbox.Pxxl.Data;

/// <summary>An environment variable of a project. Its value is sent only if <see cref="ResponseShape.VariableValues"/> is set.</summary>
public sealed record SandboxVariable
{
    public required string ProjectId { get; init; }

    public required string Key { get; init; }

    /// <summary>Obviously fake, so that a scan for leaked secrets can find it.</summary>
    public string Value { get; init; } = SandboxOptions.VariableValue;

    public bool IsSecret { get; init; } = true;

    public string? Scope { get; init; } = "app";

    public bool IsGlobal { get; init; }
}
