using System.Runtime.CompilerServices;
using PxxlPeriscope.Http;

namespace PxxlPeriscope.Pxxl.Paging;

/// <summary>
/// Walks all pages of a list that may change meanwhile. Memory holds two pages, however long the list is. The second page is
/// asked for once half of the first is consumed, so that taking a few rows costs one request; from there on the next page is always
/// under way while this one is consumed.
/// </summary>
/// <param name="fetch">Asks for a page by its number, from 1.</param>
/// <param name="id">What tells two rows apart.</param>
/// <param name="date">When a row was created; null for rows that have no date.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Told of a list that is not whole.</param>
internal sealed class Pager<T>(
    Func<int, CancellationToken, Task<ListPage<T>>> fetch,
    Func<T, string> id,
    Func<T, DateTimeOffset?>? date,
    TimeProvider time,
    CallLog log
)
{
    /// <summary>New rows at the top push old ones to the next page, where they come again. So many pages back are remembered.</summary>
    private const int RememberedPages = 3;

    /// <summary>The first and the last id of every page, so that pages which come round again are known however many there are of them.</summary>
    private readonly HashSet<(string First, string Last)> _seenPages = [];

    /// <summary>The total that the first page announced; null when it announced none.</summary>
    internal long? Total { get; private set; }

    /// <summary>Whether the list ended although more was announced.</summary>
    internal bool IsIncomplete { get; private set; }

    /// <param name="maxRows">How many rows will be taken at the most, so that none is asked for ahead that is not needed.</param>
    /// <param name="isSufficient">Whether nothing that is wanted can come after a page.</param>
    /// <param name="cancellationToken">Ends the request in flight.</param>
    internal async IAsyncEnumerable<T> ReadRowsAsync(
        ulong maxRows,
        Func<IReadOnlyList<T>, bool>? isSufficient,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var abandonSource = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<ListPage<T>>? nextPage = null;
        var recent = new Queue<HashSet<string>>();
        var progress = new Progress(date, time.GetUtcNow());
        var yielded = 0UL;
        try
        {
            var page = await fetch(1, abandonSource.Token).ConfigureAwait(false);
            Total = page.Total;
            for (var number = 1; ; number++)
            {
                var newRows = RemoveRepeats(page, recent);
                var isLast =
                    progress.IsLastPage(number, page, newRows.Count, ReportIncomplete)
                    || (isSufficient is not null && page.Items.Count > 0 && isSufficient(page.Items));
                yielded += (ulong)newRows.Count;
                var continues = !isLast && yielded < maxRows;
                // Whoever takes more than half of the first page most likely wants them all.
                var begin = number == 1 ? newRows.Count / 2 : 0;
                for (var i = 0; i < newRows.Count; i++)
                {
                    if (i >= begin && continues)
                    {
                        nextPage ??= fetch(number + 1, abandonSource.Token);
                    }

                    yield return newRows[i];
                }

                if (isLast)
                {
                    yield break;
                }

                page = await (nextPage ?? fetch(number + 1, abandonSource.Token)).ConfigureAwait(false);
                nextPage = null;
            }
        }
        finally
        {
            // Reached too when the consumer stops early: the page in flight is given up, and its failure concerns nobody.
            abandonSource.Cancel();
            _ = nextPage?.ContinueWith(
                task => task.Exception,
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted,
                TaskScheduler.Default
            );
        }
    }

    private void ReportIncomplete(string warning)
    {
        IsIncomplete = true;
        log.Warning?.Invoke(warning);
    }

    private List<T> RemoveRepeats(ListPage<T> page, Queue<HashSet<string>> recent)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var newRows = new List<T>(page.Items.Count);
        var isRepeated = page.Items.Count > 0 && !_seenPages.Add((id(page.Items[0]), id(page.Items[page.Items.Count - 1])));
        foreach (var item in isRepeated ? [] : page.Items)
        {
            if (ids.Add(id(item)) && !recent.Any(seen => seen.Contains(id(item))))
            {
                newRows.Add(item);
            }
        }

        recent.Enqueue(ids);
        if (recent.Count > RememberedPages)
        {
            recent.Dequeue();
        }

        return newRows;
    }

    /// <summary>Decides when a list has ended. Every count in an answer is optional, and some answers have none at all.</summary>
    private sealed class Progress(Func<T, DateTimeOffset?>? date, DateTimeOffset started)
    {
        private const int MaxRepeatedPages = 2;

        /// <summary>
        /// A list comes newest first, but that is not promised, and many rows can have one date. So many pages in a row that lead no
        /// further into the past are an endless list, unless more rows are announced; then it takes ten times as many.
        /// </summary>
        private const int MaxPagesWithoutProgress = 25;

        private long _rowsSeen;
        private long _different;
        private long? _firstTotal;
        private int _firstPageRows;
        private int _repeatedPages;
        private DateTimeOffset? _oldest;
        private DateTimeOffset? _newest;
        private bool _isOldestFirst;
        private int _pagesWithoutProgress;

        internal bool IsLastPage(int number, ListPage<T> page, int newRows, Action<string> reportIncomplete)
        {
            _rowsSeen += page.RowCount;
            _different += page.RowCount - page.Items.Count + newRows;
            (_firstPageRows, _firstTotal) = number == 1 ? (page.RowCount, page.Total) : (_firstPageRows, _firstTotal);
            _repeatedPages = newRows == 0 ? _repeatedPages + 1 : 0;
            // What came in at the top meanwhile is only in the newest total, what was removed only in the first.
            var announced = page.Total < _firstTotal ? page.Total : _firstTotal ?? page.Total;
            // Without a total: a page that was announced and gave nothing new stands for rows that did not come.
            var hasMoreAnnounced = announced is not null
                ? announced > _different
                : page.TotalPages > number || (page.TotalPages == number && number > 1 && newRows == 0);
            var isLast =
                page.RowCount == 0
                // Once, so many rows may have come in at the top. But a service that ignores `page` would go on for ever.
                || (_repeatedPages > 0 && !((hasMoreAnnounced || page.TotalPages > number) && _repeatedPages < MaxRepeatedPages))
                || (
                    page.TotalPages is { } pages ? number >= pages
                    : page.Total is { } total ? _rowsSeen >= total
                    // Without any count: a page shorter than what the service itself calls its limit, or than its first page.
                    : page.RowCount < (page.Limit ?? (number == 1 ? 0 : _firstPageRows))
                );
            if (isLast && hasMoreAnnounced)
            {
                reportIncomplete(
                    page.RowCount > 0 && newRows == 0
                        ? $"Page {number} repeats what the pages before it gave, although more was announced. The list may be incomplete."
                    : announced is not null ? $"{announced} rows were announced and {_different} came. The list may be incomplete."
                    : $"{page.TotalPages} pages were announced and page {number} is empty. The list may be incomplete."
                );
            }
            else if (!isLast && IsEndless(page, hasMoreAnnounced))
            {
                reportIncomplete(
                    $"The dates on the last {_pagesWithoutProgress} of {number} pages no longer fall: the list does not end. It was not read "
                        + "any further and may be incomplete."
                );
                return true;
            }

            return isLast;
        }

        private bool IsEndless(ListPage<T> page, bool hasMoreAnnounced)
        {
            var dates = date is null ? [] : page.Items.Select(date).OfType<DateTimeOffset>().ToList();
            if (dates.Count == 0)
            {
                return false;
            }

            var (oldest, newest) = (dates.Min(), dates.Max());
            _isOldestFirst = _oldest is null ? dates[0] < dates[dates.Count - 1] : _isOldestFirst;
            // What was created after the first page was asked for is no part of the past, however it is ordered.
            var hasProgress = oldest < _oldest || (_isOldestFirst && newest > _newest && newest < started);
            _pagesWithoutProgress = hasProgress || _oldest is null ? 0 : _pagesWithoutProgress + 1;
            _oldest = oldest < _oldest ? oldest : _oldest ?? oldest;
            _newest = newest > _newest ? newest : _newest ?? newest;
            return _pagesWithoutProgress >= (hasMoreAnnounced ? 10 : 1) * MaxPagesWithoutProgress;
        }
    }
}
