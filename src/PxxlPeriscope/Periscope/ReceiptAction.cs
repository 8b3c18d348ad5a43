namespace PxxlPeriscope;

/// <summary>The result of sending a report.</summary>
public enum ReceiptAction
{
    /// <summary>Periscope created a record.</summary>
    Created,

    /// <summary>
    /// Periscope updated the existing record with the same id. Also returned if a first response was lost and the report was sent again.
    /// </summary>
    Updated,

    /// <summary>The report could not be delivered and is queued in the outbox.</summary>
    Queued,

    /// <summary>Nothing was sent: according to the outbox or the state, Periscope has already confirmed this exact report.</summary>
    Unchanged,
}
