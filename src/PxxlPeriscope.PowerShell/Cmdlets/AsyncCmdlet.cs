using System.Management.Automation;
using PxxlPeriscope.Http;

namespace PxxlPeriscope.PowerShell.Cmdlets;

/// <summary>
/// Runs the library's tasks and writes what they yield on the pipeline thread. Ctrl+C cancels the request or the wait in flight;
/// so does Dispose, since <c>Select-Object -First</c> ends a pipeline without calling StopProcessing.
/// </summary>
public abstract class AsyncCmdlet : PSCmdlet, IDisposable
{
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

    /// <summary>Gives up what is still under way.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            // Cancelled but not disposed: Ctrl+C may come on another thread at this moment, and there is no timer in it to free.
            _cancellation.Cancel();
            _disposables.ForEach(disposable => disposable.Dispose());
        }
    }

    /// <summary>Whatever ends with the cmdlet.</summary>
    private protected T RegisterForDispose<T>(T disposable)
        where T : IDisposable
    {
        _disposables.Add(disposable);
        return disposable;
    }

    /// <summary>Whether -WhatIf is asked for, by the parameter or by the preference.</summary>
    private protected bool IsWhatIf =>
        MyInvocation.BoundParameters.TryGetValue("WhatIf", out var value)
            ? LanguagePrimitives.IsTrue(value)
            : LanguagePrimitives.IsTrue(SessionState.PSVariable.GetValue("WhatIfPreference"));

    /// <summary>Whether an error ends the pipeline, by the parameter or by the preference.</summary>
    private protected bool IsErrorActionStop =>
        ActionPreference.Stop.Equals(
            MyInvocation.BoundParameters.TryGetValue("ErrorAction", out var value)
                ? value
                : SessionState.PSVariable.GetValue("ErrorActionPreference")
        );

    /// <summary>Waits for a task, writing meanwhile what it posts, and how long it has taken when that gets long.</summary>
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

    /// <summary>Waits for a task, writing meanwhile what it posts.</summary>
    /// <param name="task">The task.</param>
    /// <param name="onIdle">Done again and again until then; null for nothing.</param>
    private protected T Await<T>(Task<T> task, Action? onIdle)
    {
        try
        {
            _pump.RunUntil(task, onIdle);
        }
        catch
        {
            // Writing failed: the pipeline is being stopped. The task must not outlive what it works for.
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

    /// <summary>Waits for something with the files of this machine, which is over at once unless another process has them; null is over too.</summary>
    private protected void Await(Task? task)
    {
        if (task is not null)
        {
            Await(Ended(task), null);
        }

        static async Task<bool> Ended(Task task)
        {
            await task.ConfigureAwait(false);
            return true;
        }
    }

    /// <summary>Hands on rows one by one, as they are asked for.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="onRow">Takes a row, and says whether to go on.</param>
    /// <param name="noun">What the rows are, for a progress bar; null for none.</param>
    /// <param name="total">How many there are, as soon as that is known.</param>
    /// <param name="waiting">What is waited for while there is none.</param>
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
            // An iterator that is still moving cannot be disposed; it was cancelled and ends by itself.
            if (!isMoveNextPending)
            {
                row.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
        }

        bool Next()
        {
            // Most rows of a page are there at once, and cost no task.
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
