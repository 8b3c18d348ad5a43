using PxxlPeriscope.Sandbox.Pxxl.Shape;

namespace PxxlPeriscope.Sandbox.Pxxl.Data;

/// <summary>One environment variable of a project. Its value is told only where <see cref="ResponseShape.VariableValues"/> asks for it.</summary>
public sealed record SandboxVariable
{
    public required string ProjectId { get; init; }

    public required string Key { get; init; }

    /// <summary>Obviously fake, so that a sweep for leaked secrets can look for it.</summary>
    public string Value { get; init; } = SandboxOptions.VariableValue;

    public bool IsSecret { get; init; } = true;

    public string? Scope { get; init; } = "app";

    public bool IsGlobal { get; init; }
}
