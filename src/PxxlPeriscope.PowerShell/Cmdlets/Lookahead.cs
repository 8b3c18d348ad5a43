using System.Runtime.CompilerServices;

namespace PxxlPeriscope.PowerShell.Cmdlets;

/// <summary>
/// Reads the next row while the current one is in the pipeline. PowerShell calls a cmdlet only with a row or at the end: a cmdlet with
/// pending work uses the task to decide whether to return for the next row, or to wait for its work and write the results.
/// </summary>
internal static class Lookahead
{
    /// <param name="rows">The rows.</param>
    /// <param name="isLast">Returns whether no more rows are needed after a row; called before the row is returned.</param>
    /// <param name="cancellationToken">Ends it with an exception.</param>
    /// <returns>Each row with a task that completes once the next row is available or there is none; null if no more rows are
    /// needed.</returns>
    internal static async IAsyncEnumerable<(T Row, Task? Next)> ReadAsync<T>(
        IAsyncEnumerable<T> rows,
        Func<T, bool> isLast,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var abandon = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var row = rows.GetAsyncEnumerator(abandon.Token);
        Task<bool>? next = null;
        try
        {
            next = row.MoveNextAsync().AsTask();
            while (next is not null && await next.ConfigureAwait(false))
            {
                var current = row.Current;
                next = isLast(current) ? null : row.MoveNextAsync().AsTask();
                yield return (current, next);
            }
        }
        finally
        {
            // If the consumer stops, a row may still be loading; its enumerator can be disposed only after that has ended.
            abandon.Cancel();
            await Task.WhenAny(next ?? Task.CompletedTask).ConfigureAwait(false);
            _ = next?.Exception;
            await row.DisposeAsync().ConfigureAwait(false);
        }
    }
}
