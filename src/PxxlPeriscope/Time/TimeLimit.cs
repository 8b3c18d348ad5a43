namespace PxxlPeriscope.Time;

/// <summary>A token that is canceled with another token, or after a time limit measured by a replaceable clock.</summary>
internal sealed class TimeLimit : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly ITimer? _timer;

    internal TimeLimit(TimeProvider time, TimeSpan? limit, CancellationToken cancellationToken)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Token = _source.Token;
        _timer = limit is { } span ? time.CreateTimer(_ => Cancel(), null, span, Timeout.InfiniteTimeSpan) : null;
    }

    internal CancellationToken Token { get; }

    public void Dispose()
    {
        _timer?.Dispose();
        _source.Dispose();
    }

    private void Cancel()
    {
        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The timer fired after it was no longer needed.
        }
    }
}
