using System.Management.Automation;

namespace PxxlPeriscope.PowerShell.Running;

/// <summary>Applies -First, -Skip and -IncludeTotalCount to rows as they come.</summary>
internal sealed class PageTaking(PagingParameters paging)
{
    private ulong _toSkip = paging.Skip;
    private ulong _toTake = paging.First;
    private PSObject? _count;
    private bool _isAnnounced;

    /// <summary>Whether neither a further row nor a total is wanted.</summary>
    internal bool NeedsNothing => _toTake == 0 && (!paging.IncludeTotalCount || _isAnnounced);

    /// <summary>How many rows of the service satisfy all that is still wanted.</summary>
    internal ulong RowsNeeded => _toTake > ulong.MaxValue - _toSkip ? ulong.MaxValue : _toSkip + _toTake;

    /// <summary>Notes the total, to be written before the first row. One that filters make wrong is no total.</summary>
    internal void Announce(long? total)
    {
        if (paging.IncludeTotalCount)
        {
            _isAnnounced = true;
            _count = paging.NewTotalCount((ulong)(total ?? 0), total is null ? 0 : 1);
        }
    }

    /// <summary>Writes a row that is wanted; false when it was the last one.</summary>
    internal bool Take(object row, Action<object> write)
    {
        End(write);
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
    internal void End(Action<object> write)
    {
        if (_count is not null)
        {
            write(_count);
            _count = null;
        }
    }
}
