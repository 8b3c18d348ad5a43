namespace PxxlPeriscope.Sandbox.Faults;

/// <summary>
/// The active faults. Each request is offered to them in the order in which they were added, and the first fault that applies handles
/// it. Two faults with <see cref="Fault.Times"/> = 1 therefore apply one after the other.
/// </summary>
public sealed class FaultPlan
{
    private readonly object _lock = new();
    private readonly List<ScheduledFault> _scheduled = [];
    private readonly Dictionary<(Service, FaultKind), int> _injected = [];

    public IReadOnlyList<Fault> Faults
    {
        get
        {
            lock (_lock)
                return [.. _scheduled.Select(scheduledFault => scheduledFault.Fault)];
        }
    }

    public void Add(Fault fault)
    {
        lock (_lock)
            _scheduled.Add(new(fault));
    }

    public void Clear()
    {
        lock (_lock)
        {
            _scheduled.ForEach(scheduledFault => scheduledFault.WhenCleared.SetResult());
            _scheduled.Clear();
        }
    }

    /// <summary>The number of requests to a service that a kind of fault has affected since the sandbox started.</summary>
    public int CountInjected(Service service, FaultKind kind)
    {
        lock (_lock)
            return _injected.GetValueOrDefault((service, kind));
    }

    internal ScheduledFault? Next(Service service, HttpRequest request)
    {
        lock (_lock)
        {
            var fault = _scheduled.FirstOrDefault(scheduledFault =>
                scheduledFault.Matches(service, request) && scheduledFault.ShouldInject()
            );
            if (fault is not null)
                _injected[(service, fault.Fault.Kind)] = _injected.GetValueOrDefault((service, fault.Fault.Kind)) + 1;
            return fault;
        }
    }
}
