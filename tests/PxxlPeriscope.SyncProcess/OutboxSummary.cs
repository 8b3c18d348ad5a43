namespace PxxlPeriscope.SyncProcess;

/// <summary>What became of the items of an outbox.</summary>
/// <param name="Delivered">How many this run has delivered.</param>
/// <param name="DeliveredElsewhere">How many another process has delivered meanwhile.</param>
/// <param name="Failed">How many still wait, or were refused.</param>
/// <param name="FirstFailure">Why the first of those did.</param>
internal sealed record OutboxSummary(int Delivered, int DeliveredElsewhere, int Failed, string? FirstFailure);
