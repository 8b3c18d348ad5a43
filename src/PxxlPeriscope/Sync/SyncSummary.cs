namespace PxxlPeriscope;

/// <summary>What a synchronization did.</summary>
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

    /// <summary>Whether Pxxl gave as many deployments as it announced. If not, a warning says so, and the next run reads the same again.</summary>
    public required bool IsListComplete { get; init; }

    /// <summary>Whether everything that was to be reported is known and at Periscope.</summary>
    public bool IsComplete => IsListComplete && Queued == 0 && Refused == 0;
}
