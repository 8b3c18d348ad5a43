using PxxlPeriscope.Sandbox.Pxxl.Shape;

namespace PxxlPeriscope.Sandbox;

/// <summary>
/// The options of a sandbox. The keys are fixed and obviously fake, so that a scan for leaked secrets can find them.
/// </summary>
public sealed record SandboxOptions
{
    /// <summary>The value of every secret environment variable.</summary>
    public const string VariableValue = "envvalue_sandbox_NotARealSecret_91c7";

    /// <summary>The port on 127.0.0.1; 0 for any free port.</summary>
    public int Port { get; init; }

    /// <summary>The number of deployments to create.</summary>
    public int Deployments { get; init; } = 200;

    /// <summary>The same seed, counts and start time produce exactly the same data.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The number of projects to create.</summary>
    public int Projects { get; init; } = 6;

    /// <summary>The time provider of the sandbox clock; null for <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider? Time { get; init; }

    public string PxxlKey { get; init; } = "pxxl_sandbox_NotARealKey-7f3a9c";

    public string PeriscopeKey { get; init; } = "psk_live_sandboxNotARealKey5d21e8";

    public string WebhookSecret { get; init; } = "whsec_sandbox_NotARealSecret_b46d02";

    /// <summary>The format of Pxxl responses. The default follows the documented samples.</summary>
    public ResponseShape Shape { get; init; } = new();
}
