using System.Runtime.CompilerServices;
using PxxlPeriscope.Pxxl;

namespace PxxlPeriscope.PowerShell.Completion;

/// <summary>
/// Caches responses of Pxxl for tab completion for 30 seconds. Completion never waits longer than half a second for a response; a later
/// one is available the next time.
/// </summary>
internal static class CompletionCache
{
    // Half a second, less the time spent before and after the request.
    private static readonly TimeSpan CompletionTimeout = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan CacheDuration = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FailureCacheDuration = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);
    private static readonly ConditionalWeakTable<PxxlConnection, Dictionary<(Type Kind, string? Team), object>> ByConnection = new();

    /// <summary>Gets items, or the previously cached ones if the request fails or does not complete in time.</summary>
    /// <param name="connection">The connection to use. Cached items live as long as it does.</param>
    /// <param name="team">The team to use instead of the team of the connection.</param>
    /// <param name="fetch">Requests the items.</param>
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
                // On another thread from the first step, because loading the HTTP assemblies takes part of the time.
                entries[(typeof(T), team)] = entry = new CacheEntry<T>(Task.Run(AskAsync), entry?.Value ?? []);
            }
        }

        try
        {
            entry.Task.Wait(CompletionTimeout);
        }
        catch (AggregateException)
        {
            // An error cannot be shown while the user types.
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
