using System.Runtime.CompilerServices;

namespace PxxlPeriscope.PowerShell.Cmdlets;

/// <summary>
/// Asks for the next row while one is on its way through the pipeline. PowerShell calls a cmdlet only with a row or at the end: one that has work under
/// way learns from the task whether it has to let the next row come, or can wait for its work and write what came of it.
/// </summary>
internal static class Lookahead
{
    /// <param name="rows">The rows.</param>
    /// <param name="isLast">Whether nothing more is wanted after a row; asked before the row is given.</param>
    /// <param name="cancellationToken">Ends it with an error.</param>
    /// <returns>Each row with a task that ends once the next one is there, or there is none; null where nothing more is wanted.</returns>
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
            // Whoever takes no more leaves a row on its way; its enumerator can be disposed only once that has ended.
            abandon.Cancel();
            await Task.WhenAny(next ?? Task.CompletedTask).ConfigureAwait(false);
            _ = next?.Exception;
            await row.DisposeAsync().ConfigureAwait(false);
        }
    }
}
