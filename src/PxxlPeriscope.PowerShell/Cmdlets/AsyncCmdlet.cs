using System.Management.Automation;
using PxxlPeriscope.Http;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.PowerShell.Cmdlets;

/// <summary>
/// Runs the asynchronous methods of the library and writes their results on the pipeline thread. Ctrl+C cancels the request or wait
/// in flight. Dispose does the same, because <c>Select-Object -First</c> ends a pipeline without calling StopProcessing.
/// </summary>
public abstract class AsyncCmdlet : PSCmdlet, IDisposable
{
    private const int MaxTargetLength = 400;
    private const int MaxMessageLength = 4000;

    private readonly CancellationTokenSource _cancellation = new();
    private readonly PipelinePump _pump = new();
    private readonly List<IDisposable> _disposables = [];

    private protected CancellationToken StopToken => _cancellation.Token;

    private protected CallLog Log =>
        new()
        {
            Exchange = exchange => _pump.Post(() => WriteVerbose(exchange.ToString())),
            Warning = warning => _pump.Post(() => WriteWarning(warning)),
        };

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _cancellation.Cancel();

    /// <summary>Cancels pending operations and disposes registered objects.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            // Canceled but not disposed: Ctrl+C may arrive on another thread at this moment, and the source holds no timer to free.
            _cancellation.Cancel();
            _disposables.ForEach(disposable => disposable.Dispose());
        }
    }

    /// <summary>Registers an object to be disposed with the cmdlet.</summary>
    private protected T RegisterForDispose<T>(T disposable)
        where T : IDisposable
    {
        _disposables.Add(disposable);
        return disposable;
    }

    /// <summary>Writes a warning. It can contain text from a service or a file, so it is cleaned.</summary>
    private protected new void WriteWarning(string text) => base.WriteWarning(Printable.ToSingleLine(text, MaxMessageLength));

    /// <summary>Writes a verbose message. It can contain text from a service or a file, so it is cleaned.</summary>
    private protected new void WriteVerbose(string text) => base.WriteVerbose(Printable.ToSingleLine(text, MaxMessageLength));

    /// <summary>
    /// Asks for confirmation, or shows the action for -WhatIf. The target can contain text from a service or a file, so it is cleaned.
    /// </summary>
    private protected new bool ShouldProcess(string target, string action) =>
        base.ShouldProcess(Printable.ToSingleLine(target, MaxTargetLength), action);

    /// <summary>Whether -WhatIf is in effect, by parameter or preference variable.</summary>
    private protected bool IsWhatIf =>
        MyInvocation.BoundParameters.TryGetValue("WhatIf", out var value)
            ? LanguagePrimitives.IsTrue(value)
            : LanguagePrimitives.IsTrue(SessionState.PSVariable.GetValue("WhatIfPreference"));

    /// <summary>Whether an error ends the pipeline, by parameter or preference variable.</summary>
    private protected bool IsErrorActionStop =>
        ActionPreference.Stop.Equals(
            MyInvocation.BoundParameters.TryGetValue("ErrorAction", out var value)
                ? value
                : SessionState.PSVariable.GetValue("ErrorActionPreference")
        );

    /// <summary>Waits for a task. Meanwhile, runs the actions it posts and, after a while, shows the elapsed time.</summary>
    private protected T Await<T>(Task<T> task)
    {
        var progress = new ProgressReporter(this, Host.Name, MyInvocation.MyCommand.Name);
        try
        {
            return Await(task, progress.IsInteractive ? () => progress.ShowCount(0, null, string.Empty) : null);
        }
        finally
        {
            progress.Complete();
        }
    }

    /// <summary>Waits for a task and meanwhile runs the actions it posts.</summary>
    /// <param name="task">The task to wait for.</param>
    /// <param name="onIdle">Called repeatedly until the task completes; null for none.</param>
    private protected T Await<T>(Task<T> task, Action? onIdle)
    {
        try
        {
            _pump.RunUntil(task, onIdle);
        }
        catch
        {
            // Writing failed because the pipeline is stopping. The task must not outlive the cmdlet.
            _cancellation.Cancel();
            throw;
        }

        try
        {
            return task.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>
    /// Waits for a file operation, which completes immediately unless another process has the file open. Null completes immediately.
    /// </summary>
    private protected void Await(Task? task)
    {
        if (task is not null)
        {
            Await(AwaitAsync(task), null);
        }

        static async Task<bool> AwaitAsync(Task task)
        {
            await task.ConfigureAwait(false);
            return true;
        }
    }

    /// <summary>Enumerates rows and passes each to a callback on the pipeline thread.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="onRow">Processes a row and returns whether to continue.</param>
    /// <param name="noun">The name of the rows in the progress bar; null for no progress bar.</param>
    /// <param name="total">Returns the total number of rows, or null while it is unknown.</param>
    /// <param name="waiting">The status shown before the first row arrives.</param>
    private protected void ForEach<T>(
        IAsyncEnumerable<T> rows,
        Func<T, bool> onRow,
        string? noun = null,
        Func<long?>? total = null,
        string waiting = "Waiting for the service"
    )
    {
        var progress = noun is null ? null : new ProgressReporter(this, Host.Name, MyInvocation.MyCommand.Name);
        var done = 0L;
        var row = rows.GetAsyncEnumerator(StopToken);
        var isMoveNextPending = false;
        Action? reportProgress = progress is { IsInteractive: true }
            ? () => progress.ShowCount(done, total?.Invoke(), noun!, waiting)
            : null;
        try
        {
            while (Next() && onRow(row.Current))
            {
                done++;
                if (reportProgress is not null && progress!.IsDue)
                {
                    reportProgress();
                }
            }
        }
        finally
        {
            progress?.Complete();
            // An enumerator whose MoveNextAsync is pending cannot be disposed. It has been canceled and ends on its own.
            if (!isMoveNextPending)
            {
                row.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
        }

        bool Next()
        {
            // Most rows of a page are already available and need no task.
            var moveNext = row.MoveNextAsync();
            if (moveNext.IsCompletedSuccessfully)
            {
                _pump.RunReady();
                return moveNext.Result;
            }

            isMoveNextPending = true;
            var task = moveNext.AsTask();
            try
            {
                return Await(task, reportProgress);
            }
            finally
            {
                isMoveNextPending = !task.IsCompleted;
            }
        }
    }
}
