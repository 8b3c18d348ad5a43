using PxxlPeriscope.Delivery;

namespace PxxlPeriscope.PowerShell.Cmdlets;

/// <summary>Determines whether a delivery failed as a whole, although its reports are queued.</summary>
internal sealed class DeliveryFailure
{
    private ServiceException? _first;
    private ServiceException? _last;
    private bool _hasResponded;
    private int _queued;

    /// <summary>
    /// A single temporary failure is only a warning and a queued receipt. If Periscope accepted no report at all, the call fails.
    /// </summary>
    internal ServiceException? Exception => _last is { } failure && (failure.IsPermanent || !_hasResponded) ? failure : null;

    internal void Add(SendOutcome outcome)
    {
        _hasResponded |= outcome.Receipt?.Action is ReceiptAction.Created or ReceiptAction.Updated;
        if (outcome.Failure is not { } failure)
        {
            return;
        }

        _queued++;
        _first ??= failure;
        if (failure.IsFatal && _last is not { IsPermanent: true })
        {
            _last = failure;
        }
    }

    /// <summary>
    /// The failure of a command that must deliver all reports: a queued report is a failure too, and the message contains the number of
    /// them.
    /// </summary>
    internal ServiceException? ToException(int total, string outbox) =>
        Exception
        ?? (
            _first is null
                ? null
                : new ServiceException(
                    ServiceName.Periscope,
                    StateFailure.NotDelivered,
                    $"{_queued} of {total} reports are still queued in the outbox '{outbox}'. {_first.Message}",
                    _first
                )
        );
}
