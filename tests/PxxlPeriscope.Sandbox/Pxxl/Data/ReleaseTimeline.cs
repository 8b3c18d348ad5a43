namespace PxxlPeriscope.Sandbox.Pxxl.Data;

/// <summary>
/// The time a deployment spends in each state. A finished build is not a live release: the route is promoted afterwards, and that can
/// still fail while the previous release keeps serving.
/// </summary>
public sealed record ReleaseTimeline(TimeSpan Queued, TimeSpan Building, TimeSpan Releasing)
{
    public TimeSpan Total => Queued + Building + Releasing;
}
