using System.Runtime.CompilerServices;

namespace PxxlPeriscope;

/// <summary>
/// Walks all pages of a list that may change meanwhile. Memory holds two pages, however long the list is. The second page is
/// asked for once half of the first is consumed, so that taking a few rows costs one request; from there on the next page is always
/// under way while this one is consumed.
/// </summary>
internal sealed class PageWalk<T>(Func<int, CancellationToken, Task<ListPage<T>>> fetch, Func<T, string> id, CallLog log)
{
    /// <summary>New rows at the top push old ones to the next page, where they come again. So many pages back are remembered.</summary>
    private const int RememberedPages = 3;

    /// <summary>The total that the first page announced; null when it announced none.</summary>
    internal long? Total { get; private set; }

    /// <summary>Whether the list ended although more was announced.</summary>
    internal bool IsIncomplete { get; private set; }

    /// <param name="wanted">How many rows will be taken at the most, so that none is asked for ahead that is not needed.</param>
    /// <param name="isEnough">Whether nothing that is wanted can come after a page.</param>
    /// <param name="cancellationToken">Ends the request in flight.</param>
    internal async IAsyncEnumerable<T> Rows(ulong wanted, Func<IReadOnlyList<T>, bool>? isEnough, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var abandon = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<ListPage<T>>? ahead = null;
        var recent = new Queue<HashSet<string>>();
        var progress = new Progress();
        var given = 0UL;
        try
        {
            var page = await fetch(1, abandon.Token).ConfigureAwait(false);
            Total = page.Info.Total;
            for (var number = 1; ; number++)
            {
                var fresh = Fresh(page, recent);
                var isLast = progress.IsLast(number, page, fresh.Count, Incomplete) || (isEnough is not null && page.Items.Count > 0 && isEnough(page.Items));
                given += (ulong)fresh.Count;
                var goesOn = !isLast && given < wanted;
                // Whoever takes more than half of the first page most likely wants them all.
                var begin = number == 1 ? fresh.Count / 2 : 0;
                for (var i = 0; i < fresh.Count; i++)
                {
                    if (i >= begin && goesOn)
                    {
                        ahead ??= fetch(number + 1, abandon.Token);
                    }

                    yield return fresh[i];
                }

                if (isLast)
                {
                    yield break;
                }

                page = await (ahead ?? fetch(number + 1, abandon.Token)).ConfigureAwait(false);
                ahead = null;
            }
        }
        finally
        {
            // Reached too when the consumer stops early: the page in flight is given up, and its failure concerns nobody.
            abandon.Cancel();
            _ = ahead?.ContinueWith(task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    private void Incomplete(string warning)
    {
        IsIncomplete = true;
        log.Warning?.Invoke(warning);
    }

    private List<T> Fresh(ListPage<T> page, Queue<HashSet<string>> recent)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var fresh = new List<T>(page.Items.Count);
        foreach (var item in page.Items)
        {
            if (ids.Add(id(item)) && !recent.Any(known => known.Contains(id(item))))
            {
                fresh.Add(item);
            }
        }

        recent.Enqueue(ids);
        if (recent.Count > RememberedPages)
        {
            recent.Dequeue();
        }

        return fresh;
    }

    /// <summary>Decides when a list has ended. Every count in an answer is optional, and some answers have none at all.</summary>
    private sealed class Progress
    {
        private const int MostRepeats = 2;

        private long _seen;
        private int _firstPageRows;
        private int _repeats;

        internal bool IsLast(int number, ListPage<T> page, int fresh, Action<string> incomplete)
        {
            _seen += page.Rows;
            _firstPageRows = number == 1 ? page.Rows : _firstPageRows;
            var info = page.Info;
            var pages = info.TotalPages is > 0 ? info.TotalPages : null;
            var missing = info.Total - _seen + (page.Rows - fresh);
            var moreIsAnnounced = pages > number || missing > 0;
            if (page.Rows == 0)
            {
                if (missing > 0)
                {
                    incomplete($"{info.Total} rows were announced and {_seen} came. The list may be incomplete.");
                }

                return true;
            }

            _repeats = fresh == 0 ? _repeats + 1 : 0;
            if (_repeats > 0 && !(moreIsAnnounced && _repeats < MostRepeats))
            {
                // Once, so many rows may have come in at the top. But a service that ignores `page` would go on for ever.
                if (moreIsAnnounced)
                {
                    incomplete($"Page {number} repeats what the pages before it gave, although more was announced. The list may be incomplete.");
                }

                return true;
            }

            return pages is not null ? number >= pages
                : info.Total is { } all ? _seen >= all
                // Without any count: a page shorter than what the service itself calls its limit, or than its first page.
                : page.Rows < (info.Limit ?? (number == 1 ? 0 : _firstPageRows));
        }
    }
}
