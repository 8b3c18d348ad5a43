namespace PxxlPeriscope.Tests.Durability;

/// <summary>
/// The system's clock five days ago. A sandbox that follows it can be moved forward for a test of real processes without ever getting ahead of
/// them.
/// </summary>
internal sealed class SkewedClock : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() - TimeSpan.FromDays(5);
}
