using System.Management.Automation;

namespace PxxlPeriscope.PowerShell.Cmdlets;

/// <summary>Applies -First, -Skip and -IncludeTotalCount to rows as they come.</summary>
internal sealed class PagingFilter(PagingParameters parameters)
{
    private ulong _toSkip = parameters.Skip;
    private ulong _toTake = parameters.First;
    private PSObject? _count;
    private bool _hasTotal;

    /// <summary>Whether neither a further row nor a total is wanted.</summary>
    internal bool IsSatisfied => _toTake == 0 && (!parameters.IncludeTotalCount || _hasTotal);

    /// <summary>How many rows of the service satisfy all that is still wanted.</summary>
    internal ulong RowsNeeded => _toTake > ulong.MaxValue - _toSkip ? ulong.MaxValue : _toSkip + _toTake;

    /// <summary>Notes the total, to be written before the first row. One that filters make wrong is no total.</summary>
    internal void SetTotal(long? total)
    {
        if (parameters.IncludeTotalCount)
        {
            _hasTotal = true;
            _count = parameters.NewTotalCount((ulong)(total ?? 0), total is null ? 0 : 1);
        }
    }

    /// <summary>Writes a row that is wanted; false when it was the last one.</summary>
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

    /// <summary>Writes the count also where there was no row.</summary>
    internal void WriteTotal(Action<object> write)
    {
        if (_count is not null)
        {
            write(_count);
            _count = null;
        }
    }
}
