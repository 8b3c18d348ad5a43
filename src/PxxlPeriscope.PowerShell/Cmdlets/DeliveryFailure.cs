using PxxlPeriscope.Delivery;

namespace PxxlPeriscope.PowerShell.Cmdlets;

/// <summary>Whether a delivery has failed as a whole, although its reports are kept.</summary>
internal sealed class DeliveryFailure
{
    private ServiceException? _last;
    private bool _hasResponded;

    /// <summary>One failure that passed is a warning and a queued receipt; where Periscope took nothing at all, the call fails.</summary>
    internal ServiceException? Exception => _last is { } failure && (failure.IsPermanent || !_hasResponded) ? failure : null;

    internal void Add(SendOutcome outcome)
    {
        _hasResponded |= outcome.Receipt?.Action is ReceiptAction.Created or ReceiptAction.Updated;
        if (outcome.Failure is { IsFatal: true } failure && _last is not { IsPermanent: true })
        {
            _last = failure;
        }
    }
}
