namespace PxxlPeriscope;

/// <summary>What a synchronisation did.</summary>
public sealed class SyncSummary
{
    /// <summary>How many deployments were looked at: those that Pxxl listed since the last run, and those that were running then.</summary>
    public required int Read { get; init; }

    /// <summary>How many reports Periscope has confirmed in this run, those that had waited included.</summary>
    public required int Reported { get; init; }

    /// <summary>How many deployments were not sent, and did not have to be.</summary>
    public required int Skipped { get; init; }

    /// <summary>The same by reason.</summary>
    public required IReadOnlyDictionary<string, int> SkippedBecause { get; init; }

    /// <summary>How many reports were not delivered and wait, in the outbox or in the state.</summary>
    public required int Queued { get; init; }

    /// <summary>How many reports Periscope refused.</summary>
    public required int Refused { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Whether everything that was to be reported is at Periscope.</summary>
    public bool IsComplete => Queued == 0 && Refused == 0;
}
