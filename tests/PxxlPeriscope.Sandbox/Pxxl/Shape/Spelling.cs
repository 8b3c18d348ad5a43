namespace PxxlPeriscope.Sandbox.Pxxl.Shape;

/// <summary>How a deployment's fields are called.</summary>
public enum Spelling
{
    /// <summary>The published camelCase names. They include no finish time, no error and no creator.</summary>
    Official,

    /// <summary><c>deployment_id, created_at, build_seconds…</c>, never seen, but the CLI has one such fallback.</summary>
    Snake,

    /// <summary><c>_id, project{}, commit{}, ref, startedAt, finishedAt, durationMs…</c>, the variants a client should survive.</summary>
    Alternative,
}
