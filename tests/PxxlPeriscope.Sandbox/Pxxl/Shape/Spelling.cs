namespace PxxlPeriscope.Sandbox.Pxxl.Shape;

/// <summary>The field names of a deployment.</summary>
public enum Spelling
{
    /// <summary>The published camelCase names. They do not include a finish time, an error or a creator.</summary>
    Official,

    /// <summary><c>deployment_id, created_at, build_seconds…</c>: never observed, but the CLI has one such fallback.</summary>
    Snake,

    /// <summary><c>_id, project{}, commit{}, ref, startedAt, finishedAt, durationMs…</c>: variants that a client should handle.</summary>
    Alternative,
}
