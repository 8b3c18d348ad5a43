using System.Diagnostics;

namespace PxxlPeriscope;

/// <summary>
/// Keeps two runs on one folder apart. The operating system gives the lock of a dead process back at once. Where a network folder's locks do
/// not reach other machines, an owner on another machine is believed for as long as it was seen lately.
/// </summary>
internal sealed class RunLock : IDisposable
{
    private static readonly TimeSpan BelievedElsewhere = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan BetweenSignsOfLife = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestIntroduction = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    private readonly string _ownerPath;
    private readonly TimeProvider _time;
    private readonly FileStream _file;
    private LockOwner _owner;

    private RunLock(string ownerPath, TimeProvider time, FileStream file, LockOwner? deadOwner)
    {
        (_ownerPath, _time, _file, DeadOwner) = (ownerPath, time, file, deadOwner);
        _owner = LockOwner.Here(time.GetUtcNow());
        _owner.Write(ownerPath);
    }

    /// <summary>Who died with the lock in hand before; null when the last run ended in order.</summary>
    internal LockOwner? DeadOwner { get; }

    /// <summary>Takes the lock.</summary>
    /// <param name="folder">What is locked.</param>
    /// <param name="time">For ages.</param>
    /// <param name="holder">Who has it when this returns null, as far as that is known.</param>
    internal static RunLock? TryTake(string folder, TimeProvider time, out LockOwner? holder)
    {
        var ownerPath = Path.Combine(folder, "run.owner.json");
        var file = ExclusiveFile.TryOpen(Path.Combine(folder, "run.lock"));
        holder = LockOwner.Read(ownerPath);
        if (file is null)
        {
            // Who has taken it a moment ago has not written its name yet, perhaps over that of a dead one.
            for (var watch = Stopwatch.StartNew(); holder?.HasEnded() != false && watch.Elapsed < LongestIntroduction;)
            {
                Thread.Sleep(BetweenLooks);
                holder = LockOwner.Read(ownerPath) ?? holder;
            }

            return null;
        }

        try
        {
            if (holder is not null && holder.Machine != Environment.MachineName && time.GetUtcNow() - holder.LastSeen < BelievedElsewhere)
            {
                file.Dispose();
                return null;
            }

            return new RunLock(ownerPath, time, file, holder);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Shows other machines that the owner lives.</summary>
    internal void ShowLife()
    {
        var now = _time.GetUtcNow();
        if (now - _owner.LastSeen >= BetweenSignsOfLife)
        {
            _owner = _owner with { LastSeen = now };
            _owner.Write(_ownerPath);
        }
    }

    public void Dispose()
    {
        File.Delete(_ownerPath);
        _file.Dispose();
    }
}
