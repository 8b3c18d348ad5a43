using PxxlPeriscope.Sandbox.Pxxl.Shape;

namespace PxxlPeriscope.Sandbox;

/// <summary>
/// What a sandbox starts with. The keys are fixed and obviously fake, so that a sweep for leaked secrets can look for them.
/// </summary>
public sealed record SandboxOptions
{
    /// <summary>The value of every secret environment variable.</summary>
    public const string VariableValue = "envvalue_sandbox_NotARealSecret_91c7";

    /// <summary>The port on 127.0.0.1; 0 takes any free one.</summary>
    public int Port { get; init; }

    /// <summary>How many deployments the seed makes.</summary>
    public int Deployments { get; init; } = 200;

    /// <summary>The same seed, counts and start time give the same data to the last byte.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How many projects the seed makes.</summary>
    public int Projects { get; init; } = 6;

    /// <summary>The time the sandbox clock follows; null follows <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider? Time { get; init; }

    public string PxxlKey { get; init; } = "pxxl_sandbox_NotARealKey-7f3a9c";

    public string PeriscopeKey { get; init; } = "psk_live_sandboxNotARealKey5d21e8";

    public string WebhookSecret { get; init; } = "whsec_sandbox_NotARealSecret_b46d02";

    /// <summary>How Pxxl spells its answers; the default follows the samples of its documentation.</summary>
    public ResponseShape Shape { get; init; } = new();
}
