namespace PxxlPeriscope.StorageStress;

/// <summary>Files that two processes use at once.</summary>
internal abstract class Scenario
{
    public abstract string Name { get; }

    /// <summary>What each of the processes does. A role that reads goes on for as long as the first one writes.</summary>
    public abstract (string First, string Second) Roles { get; }

    /// <summary>Makes what is there before either of them begins.</summary>
    public virtual Task PrepareAsync(string folder) => Task.CompletedTask;

    /// <summary>Does what a role does. It calls the tally for each operation.</summary>
    public abstract Task PlayAsync(string role, string folder, int operations, Tally tally);

    /// <summary>Looks at what is left when both have ended: nothing may be lost.</summary>
    public abstract Task VerifyAsync(string folder, int operations, Tally tally);
}
