namespace PxxlPeriscope;

/// <summary>The result of a synchronization.</summary>
public sealed class SyncSummary
{
    /// <summary>
    /// The number of deployments that were read: those that Pxxl listed since the last run, and those that were running at that time.
    /// </summary>
    public required int Read { get; init; }

    /// <summary>The number of reports that Periscope confirmed in this run, including queued ones.</summary>
    public required int Reported { get; init; }

    /// <summary>The number of deployments that did not have to be sent.</summary>
    public required int Skipped { get; init; }

    /// <summary>The number of skipped deployments by reason.</summary>
    public required IReadOnlyDictionary<string, int> SkippedBecause { get; init; }

    /// <summary>The number of reports that were not delivered and are queued in the outbox or the state.</summary>
    public required int Queued { get; init; }

    /// <summary>The number of reports that Periscope rejected.</summary>
    public required int Refused { get; init; }

    /// <summary>The duration of the run.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>
    /// Whether Pxxl returned as many deployments as it announced. If not, a warning is written, and the next run reads the same again.
    /// </summary>
    public required bool IsListComplete { get; init; }

    /// <summary>Whether everything was read and every report was delivered.</summary>
    public bool IsComplete => IsListComplete && Queued == 0 && Refused == 0;
}
