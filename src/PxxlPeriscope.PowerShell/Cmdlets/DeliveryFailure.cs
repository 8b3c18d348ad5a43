using PxxlPeriscope.Delivery;

namespace PxxlPeriscope.PowerShell.Cmdlets;

/// <summary>Whether a delivery has failed as a whole, although its reports are kept.</summary>
internal sealed class DeliveryFailure
{
    private ServiceException? _first;
    private ServiceException? _last;
    private bool _hasResponded;
    private int _queued;

    /// <summary>One failure that passed is a warning and a queued receipt; where Periscope took nothing at all, the call fails.</summary>
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

    /// <summary>The same for whoever has promised to deliver all of them: then one that waits is a failure too, of which the cause alone says too little.</summary>
    internal ServiceException? ToException(int total, string outbox) =>
        Exception
        ?? (
            _first is null
                ? null
                : new ServiceException(
                    ServiceName.Periscope,
                    StateFailure.NotDelivered,
                    $"{_queued} of {total} reports still wait in the outbox '{outbox}'. {_first.Message}",
                    _first
                )
        );
}
