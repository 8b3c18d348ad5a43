namespace PxxlPeriscope.SyncProcess;

/// <summary>The results of an outbox delivery.</summary>
/// <param name="Delivered">The number of items that this run delivered.</param>
/// <param name="DeliveredElsewhere">The number of items that another process delivered in the meantime.</param>
/// <param name="Failed">The number of items that are still queued or were rejected.</param>
/// <param name="FirstFailure">The reason of the first failure.</param>
internal sealed record OutboxSummary(int Delivered, int DeliveredElsewhere, int Failed, string? FirstFailure);
