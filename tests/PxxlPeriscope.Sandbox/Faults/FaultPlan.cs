namespace PxxlPeriscope.Sandbox;

/// <summary>
/// The faults in force. A request is offered to each in the order they were added, and the first that strikes has it; so two
/// faults with <see cref="Fault.Times"/> = 1 strike one after the other.
/// </summary>
public sealed class FaultPlan
{
    private readonly object _changing = new();
    private readonly List<ArmedFault> _armed = [];
    private readonly Dictionary<(Service, FaultKind), int> _struck = [];

    public IReadOnlyList<Fault> Faults
    {
        get
        {
            lock (_changing)
                return [.. _armed.Select(armed => armed.Fault)];
        }
    }

    public void Add(Fault fault)
    {
        lock (_changing)
            _armed.Add(new(fault));
    }

    public void Clear()
    {
        lock (_changing)
        {
            _armed.ForEach(armed => armed.Cleared.SetResult());
            _armed.Clear();
        }
    }

    /// <summary>How many requests to a service a kind of fault has struck since the sandbox started.</summary>
    public int Struck(Service service, FaultKind kind)
    {
        lock (_changing)
            return _struck.GetValueOrDefault((service, kind));
    }

    internal ArmedFault? Next(Service service, HttpRequest request)
    {
        lock (_changing)
        {
            var fault = _armed.FirstOrDefault(armed => armed.Matches(service, request) && armed.Strikes());
            if (fault is not null)
                _struck[(service, fault.Fault.Kind)] = _struck.GetValueOrDefault((service, fault.Fault.Kind)) + 1;
            return fault;
        }
    }
}
