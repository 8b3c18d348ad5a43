using System.Management.Automation;

namespace PxxlPeriscope.PowerShell.Cmdlets;

/// <summary>Applies -First, -Skip and -IncludeTotalCount to a stream of rows.</summary>
internal sealed class PagingFilter(PagingParameters parameters)
{
    private ulong _toSkip = parameters.Skip;
    private ulong _toTake = parameters.First;
    private PSObject? _count;
    private bool _hasTotal;

    /// <summary>Whether no further row and no total is needed.</summary>
    internal bool IsSatisfied => _toTake == 0 && (!parameters.IncludeTotalCount || _hasTotal);

    /// <summary>The number of rows that must be read from the service to satisfy the request.</summary>
    internal ulong RowsNeeded => _toTake > ulong.MaxValue - _toSkip ? ulong.MaxValue : _toSkip + _toTake;

    /// <summary>Stores the total, which is written before the first row. Null if filters make the total of the service wrong.</summary>
    internal void SetTotal(long? total)
    {
        if (parameters.IncludeTotalCount)
        {
            _hasTotal = true;
            _count = parameters.NewTotalCount((ulong)(total ?? 0), total is null ? 0 : 1);
        }
    }

    /// <summary>Writes a row if it is within the requested range. Returns false if no further row is needed.</summary>
    internal bool Write(object row, Action<object> write)
    {
        WriteTotal(write);
        if (_toSkip > 0)
        {
            _toSkip--;
        }
        else if (_toTake > 0)
        {
            _toTake--;
            write(row);
        }

        return _toTake > 0;
    }

    /// <summary>Writes the total if it has not been written, for example because there was no row.</summary>
    internal void WriteTotal(Action<object> write)
    {
        if (_count is not null)
        {
            write(_count);
            _count = null;
        }
    }
}
