namespace PxxlPeriscope.Sandbox.Faults;

/// <summary>A fault and the number of requests that it has matched.</summary>
internal sealed class ScheduledFault(Fault fault)
{
    private readonly Random _random = new(fault.Seed);
    private int _seen;
    private int _injected;

    public Fault Fault { get; } = fault;

    /// <summary>Completes when the fault is removed.</summary>
    public TaskCompletionSource WhenCleared { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool Matches(Service service, HttpRequest request) =>
        (Fault.Service is null || Fault.Service == service)
        && (Fault.Method is null || HttpMethods.Equals(Fault.Method, request.Method))
        && (
            Fault.PathContains is null
            || (request.Path + request.QueryString.ToString()).Contains(Fault.PathContains, StringComparison.OrdinalIgnoreCase)
        );

    /// <summary>Counts a matching request and returns whether the fault applies to it.</summary>
    public bool ShouldInject()
    {
        var place = _seen++ - Fault.Skip;
        if (place < 0 || place % Math.Max(Fault.Every, 1) != 0 || _injected >= Fault.Times || _random.NextDouble() >= Fault.Probability)
            return false;
        _injected++;
        return true;
    }
}
