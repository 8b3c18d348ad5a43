namespace PxxlPeriscope.Tests.Durability;

/// <summary>
/// The system clock, five days behind. A sandbox with this clock can be advanced in tests with real processes without getting ahead of
/// their clocks.
/// </summary>
internal sealed class SkewedClock : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() - TimeSpan.FromDays(5);
}
