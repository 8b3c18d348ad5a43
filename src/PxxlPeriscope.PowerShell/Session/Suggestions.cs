using System.Runtime.CompilerServices;

namespace PxxlPeriscope.PowerShell.Session;

/// <summary>
/// What Pxxl was asked for at the prompt, kept for half a minute. Nobody waits for it longer than half a second: what comes later is
/// there for the next Tab.
/// </summary>
internal static class Suggestions
{
    // Half a second, less what is done before and after.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan UntilTriedAgain = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly ConditionalWeakTable<PxxlConnection, Dictionary<(Type Kind, string? Team), object>> ByConnection = new();

    /// <summary>Gets things, or those that there were before where they do not come in time or not at all.</summary>
    /// <param name="connection">The connection to ask through; what is kept lives as long as it does.</param>
    /// <param name="team">The team to ask for instead of the connection's.</param>
    /// <param name="ask">Asks.</param>
    internal static IReadOnlyList<T> Get<T>(PxxlConnection connection, string? team, Func<PxxlClient, CancellationToken, Task<IReadOnlyList<T>>> ask)
    {
        var all = ByConnection.GetOrCreateValue(connection);
        Kept<T>? kept;
        lock (all)
        {
            kept = all.TryGetValue((typeof(T), team), out var before) ? (Kept<T>)before : null;
            if (kept is null || kept.IsStale)
            {
                // On another thread from its first step on: loading what makes the call takes a part of the time too.
                all[(typeof(T), team)] = kept = new Kept<T>(Task.Run(AskAsync), kept?.Answer ?? []);
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

        async Task<IReadOnlyList<T>> AskAsync()
        {
            using var limit = new CancellationTokenSource(Limit);
            return await ask(new PxxlClient(team is null ? connection : connection.ForTeam(team)), limit.Token);
        }
    }

    private sealed record Kept<T>(Task<IReadOnlyList<T>> Task, IReadOnlyList<T> Before)
    {
        private readonly long _askedAt = TimeProvider.System.GetTimestamp();

        public bool HasCome => Task.Status == TaskStatus.RanToCompletion;

        public bool IsStale => Task.IsCompleted && TimeProvider.System.GetElapsedTime(_askedAt) > (HasCome ? Fresh : UntilTriedAgain);

        public IReadOnlyList<T> Answer => HasCome ? Task.Result : Before;
    }
}
