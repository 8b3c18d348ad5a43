namespace PxxlPeriscope.StorageStress;

/// <summary>A scenario in which two processes use the same files at the same time.</summary>
internal abstract class Scenario
{
    public abstract string Name { get; }

    /// <summary>Runs a role in one of the processes. A reading role continues for as long as the first one writes.</summary>
    public abstract (string First, string Second) Roles { get; }

    /// <summary>Creates the files before the processes start.</summary>
    public virtual Task PrepareAsync(string folder) => Task.CompletedTask;

    /// <summary>Runs the operations of a role, counting each one.</summary>
    public abstract Task PlayAsync(string role, string folder, int operations, Tally tally);

    /// <summary>Verifies the files when both processes have ended: nothing may be lost.</summary>
    public abstract Task VerifyAsync(string folder, int operations, Tally tally);
}
