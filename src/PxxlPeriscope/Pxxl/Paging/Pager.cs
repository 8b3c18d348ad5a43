using System.Runtime.CompilerServices;
using PxxlPeriscope.Http;

namespace PxxlPeriscope.Pxxl.Paging;

/// <summary>
/// Reads all pages of a list that may change while it is read. Memory holds two pages, however long the list is. The second page is
/// requested when half of the first is consumed, so that reading a few rows takes one request; after that, the next page is always
/// requested while the current one is consumed.
/// </summary>
/// <param name="fetch">Requests a page by its number, starting at 1.</param>
/// <param name="id">Returns the value that identifies a row.</param>
/// <param name="date">Returns the creation time of a row; null for rows without a date.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Receives a warning if the list may be incomplete.</param>
internal sealed class Pager<T>(
    Func<int, CancellationToken, Task<ListPage<T>>> fetch,
    Func<T, string> id,
    Func<T, DateTimeOffset?>? date,
    TimeProvider time,
    CallLog log
)
{
    /// <summary>
    /// The number of previous pages to compare with: new rows at the top of the list move old ones to the next page, where they are
    /// repeated.
    /// </summary>
    private const int RememberedPages = 3;

    /// <summary>The first and last id of every page, to detect pages that repeat in a cycle of any length.</summary>
    private readonly HashSet<(string First, string Last)> _seenPages = [];

    /// <summary>The total that the first page announced; null if it did not announce one.</summary>
    internal long? Total { get; private set; }

    /// <summary>Whether the list ended before all announced rows were read.</summary>
    internal bool IsIncomplete { get; private set; }

    /// <param name="maxRows">The maximum number of rows that are read, so that no page is requested unnecessarily.</param>
    /// <param name="isSufficient">Returns whether no later page can contain a matching row.</param>
    /// <param name="cancellationToken">Cancels the current request.</param>
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
                // A consumer of more than half of the first page most likely needs the whole list.
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
            // Also reached if the consumer stops early: the current request is canceled, and its failure is ignored.
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

    /// <summary>Decides when a list has ended. Every count in a response is optional, and some responses have none.</summary>
    private sealed class Progress(Func<T, DateTimeOffset?>? date, DateTimeOffset started)
    {
        private const int MaxRepeatedPages = 2;

        /// <summary>
        /// The number of consecutive pages without older rows after which a list is considered endless; ten times as many if more rows are
        /// announced. Lists are usually sorted newest first, but that is not guaranteed, and many rows can have the same date.
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
            // Rows added at the top during the read are only in the latest total; removed rows are only in the first one.
            var announced = page.Total < _firstTotal ? page.Total : _firstTotal ?? page.Total;
            // Without a total, an announced page without new rows counts as missing rows.
            var hasMoreAnnounced = announced is not null
                ? announced > _different
                : page.TotalPages > number || (page.TotalPages == number && number > 1 && newRows == 0);
            var isLast =
                page.RowCount == 0
                // One repeated page is possible if that many rows were added at the top. More than that would never end if the service
                // ignores `page`.
                || (_repeatedPages > 0 && !((hasMoreAnnounced || page.TotalPages > number) && _repeatedPages < MaxRepeatedPages))
                || (
                    page.TotalPages is { } pages ? number >= pages
                    : page.Total is { } total ? _rowsSeen >= total
                    // Without any count, the last page is one that is shorter than the limit in the response, or than the first page.
                    : page.RowCount < (page.Limit ?? (number == 1 ? 0 : _firstPageRows))
                );
            if (isLast && hasMoreAnnounced)
            {
                reportIncomplete(
                    page.RowCount > 0 && newRows == 0
                        ? $"Page {number} repeats earlier rows, although more rows were announced. The list may be incomplete."
                    : announced is not null
                        ? $"{announced} rows were announced, but the list contains {_different}, so it may be incomplete."
                    : $"{page.TotalPages} pages were announced, but page {number} is empty. The list may be incomplete."
                );
            }
            else if (!isLast && IsEndless(page, hasMoreAnnounced))
            {
                reportIncomplete(
                    $"The last {_pagesWithoutProgress} of {number} pages contain no older rows, so the list does not seem to end. Reading "
                        + "stopped, and the list may be incomplete."
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
            // Rows created after the first request do not count as progress, whatever the sort order.
            var hasProgress = oldest < _oldest || (_isOldestFirst && newest > _newest && newest < started);
            _pagesWithoutProgress = hasProgress || _oldest is null ? 0 : _pagesWithoutProgress + 1;
            _oldest = oldest < _oldest ? oldest : _oldest ?? oldest;
            _newest = newest > _newest ? newest : _newest ?? newest;
            return _pagesWithoutProgress >= (hasMoreAnnounced ? 10 : 1) * MaxPagesWithoutProgress;
        }
    }
}
