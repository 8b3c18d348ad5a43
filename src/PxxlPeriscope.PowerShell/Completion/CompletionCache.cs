using System.Runtime.CompilerServices;
using PxxlPeriscope.Pxxl;

namespace PxxlPeriscope.PowerShell.Completion;

/// <summary>
/// What Pxxl was asked for at the prompt, kept for half a minute. Nobody waits for it longer than half a second: what comes later is
/// there for the next Tab.
/// </summary>
internal static class CompletionCache
{
    // Half a second, less what is done before and after.
    private static readonly TimeSpan CompletionTimeout = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan CacheDuration = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FailureCacheDuration = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);
    private static readonly ConditionalWeakTable<PxxlConnection, Dictionary<(Type Kind, string? Team), object>> ByConnection = new();

    /// <summary>Gets things, or those that there were before where they do not come in time or not at all.</summary>
    /// <param name="connection">The connection to ask through; what is kept lives as long as it does.</param>
    /// <param name="team">The team to ask for instead of the connection's.</param>
    /// <param name="fetch">Asks.</param>
    internal static IReadOnlyList<T> Get<T>(
        PxxlConnection connection,
        string? team,
        Func<PxxlClient, CancellationToken, Task<IReadOnlyList<T>>> fetch
    )
    {
        var entries = ByConnection.GetOrCreateValue(connection);
        CacheEntry<T>? entry;
        lock (entries)
        {
            entry = entries.TryGetValue((typeof(T), team), out var existing) ? (CacheEntry<T>)existing : null;
            if (entry is null || entry.IsStale)
            {
                // On another thread from its first step on: loading what makes the call takes a part of the time too.
                entries[(typeof(T), team)] = entry = new CacheEntry<T>(Task.Run(AskAsync), entry?.Value ?? []);
            }
        }

        try
        {
            entry.Task.Wait(CompletionTimeout);
        }
        catch (AggregateException)
        {
            // Nothing can be said at a prompt while somebody types.
        }

        return entry.Value;

        async Task<IReadOnlyList<T>> AskAsync()
        {
            using var timeout = new CancellationTokenSource(RequestTimeout);
            return await fetch(new PxxlClient(team is null ? connection : connection.ForTeam(team)), timeout.Token);
        }
    }

    private sealed record CacheEntry<T>(Task<IReadOnlyList<T>> Task, IReadOnlyList<T> Previous)
    {
        private readonly long _requestedAt = TimeProvider.System.GetTimestamp();

        public bool IsSuccessful => Task.Status == TaskStatus.RanToCompletion;

        public bool IsStale =>
            Task.IsCompleted && TimeProvider.System.GetElapsedTime(_requestedAt) > (IsSuccessful ? CacheDuration : FailureCacheDuration);

        public IReadOnlyList<T> Value => IsSuccessful ? Task.Result : Previous;
    }
}
