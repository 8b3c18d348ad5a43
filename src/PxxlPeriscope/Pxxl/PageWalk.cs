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
        private long _different;
        private long? _firstTotal;
        private int _firstPageRows;
        private int _repeats;

        internal bool IsLast(int number, ListPage<T> page, int fresh, Action<string> incomplete)
        {
            var info = page.Info;
            _seen += page.Rows;
            _different += page.Rows - page.Items.Count + fresh;
            (_firstPageRows, _firstTotal) = number == 1 ? (page.Rows, info.Total) : (_firstPageRows, _firstTotal);
            _repeats = fresh == 0 ? _repeats + 1 : 0;
            var pages = info.TotalPages is > 0 ? info.TotalPages : null;
            // What came in at the top meanwhile is only in the newest total, what was removed only in the first.
            var announced = info.Total < _firstTotal ? info.Total : _firstTotal ?? info.Total;
            // Without a total: a page that was announced and gave nothing new stands for rows that did not come.
            var moreIsAnnounced = announced is not null ? announced > _different : pages > number || (pages == number && number > 1 && fresh == 0);
            var isLast = page.Rows == 0
                // Once, so many rows may have come in at the top. But a service that ignores `page` would go on for ever.
                || (_repeats > 0 && !((moreIsAnnounced || pages > number) && _repeats < MostRepeats))
                || (pages is not null ? number >= pages
                    : info.Total is { } all ? _seen >= all
                    // Without any count: a page shorter than what the service itself calls its limit, or than its first page.
                    : page.Rows < (info.Limit ?? (number == 1 ? 0 : _firstPageRows)));
            if (isLast && moreIsAnnounced)
            {
                incomplete(
                    page.Rows > 0 && fresh == 0 ? $"Page {number} repeats what the pages before it gave, although more was announced. The list may be incomplete."
                    : announced is not null ? $"{announced} rows were announced and {_different} came. The list may be incomplete."
                    : $"{pages} pages were announced and page {number} is empty. The list may be incomplete.");
            }

            return isLast;
        }
    }
}
