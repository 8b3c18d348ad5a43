namespace PxxlPeriscope.Sandbox;

/// <summary>
/// The faults in force. A request is offered to each in the order they were added, and the first that strikes has it; so two
/// faults with <see cref="Fault.Times"/> = 1 strike one after the other.
/// </summary>
public sealed class FaultPlan
{
    private readonly Lock _changing = new();
    private readonly List<ArmedFault> _armed = [];

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
            _armed.Clear();
    }

    internal Fault? Next(Service service, HttpRequest request)
    {
        lock (_changing)
            return _armed.FirstOrDefault(armed => armed.Matches(service, request) && armed.Strikes())?.Fault;
    }
}
