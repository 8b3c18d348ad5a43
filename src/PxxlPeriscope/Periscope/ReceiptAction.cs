namespace PxxlPeriscope;

/// <summary>What became of a report.</summary>
public enum ReceiptAction
{
    /// <summary>Periscope made a record of it.</summary>
    Created,

    /// <summary>Periscope had a record of that id and updated it; so too when a first answer was lost and the report was repeated.</summary>
    Updated,

    /// <summary>Periscope does not have it yet: it could not be delivered and waits in the outbox.</summary>
    Queued,

    /// <summary>Nothing was sent: Periscope has confirmed exactly this before, as the outbox or the state remembers.</summary>
    Unchanged,
}
