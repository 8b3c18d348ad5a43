using System.Runtime.CompilerServices;
using PxxlPeriscope.PowerShell.Binding;

namespace PxxlPeriscope.PowerShell.Session;

/// <summary>
/// What Pxxl can be asked for at the prompt, kept for half a minute. Nobody waits for it longer than half a second: what comes later is
/// there for the next Tab.
/// </summary>
internal static class Suggestions
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);
    private static readonly ConditionalWeakTable<PxxlConnection, Dictionary<string, Kept>> ByConnection = new();

    /// <summary>Gets suggestions, or what there was before where they do not come in time or not at all.</summary>
    /// <param name="connection">The connection to ask through; what is kept lives as long as it does.</param>
    /// <param name="what">What is asked for, with everything that the answer depends on.</param>
    /// <param name="ask">Asks.</param>
    internal static IReadOnlyList<Suggestion> Get(PxxlConnection connection, string what, Func<Task<IReadOnlyList<Suggestion>>> ask)
    {
        var all = ByConnection.GetOrCreateValue(connection);
        Kept? kept;
        lock (all)
        {
            if (!all.TryGetValue(what, out kept) || (kept.Task.IsCompleted && TimeProvider.System.GetElapsedTime(kept.AskedAt) > Fresh))
            {
                // On another thread from its first step on: loading what makes the call takes a part of the time too.
                all[what] = kept = new Kept(Task.Run(ask), TimeProvider.System.GetTimestamp(), kept?.Answer ?? []);
            }
        }

        try
        {
            kept.Task.Wait(Patience);
        }
        catch (AggregateException)
        {
            // Nothing can be said at a prompt while somebody types.
        }

        return kept.Answer;
    }

    private sealed record Kept(Task<IReadOnlyList<Suggestion>> Task, long AskedAt, IReadOnlyList<Suggestion> Before)
    {
        public IReadOnlyList<Suggestion> Answer => Task.Status == TaskStatus.RanToCompletion ? Task.Result : Before;
    }
}
