namespace PxxlPeriscope;

/// <summary>Delivers single reports: not if it is known that they arrived, never backwards, and into the outbox where they cannot be.</summary>
internal sealed class ReportDelivery(PeriscopeClient client)
{
    /// <summary>Keeps what cannot be delivered; null to leave that to whoever takes the outcomes.</summary>
    internal Outbox? Outbox { get; init; }

    /// <summary>What is known to have been sent in other runs and by other processes.</summary>
    internal IReadOnlyList<SentReports> Memories { get; init; } = [];

    /// <summary>Sends also what is known to have arrived unchanged.</summary>
    internal bool SendsAgain { get; init; }

    /// <summary>Ends the trying while Periscope is down; null where what is not delivered now would be lost.</summary>
    internal Outage? Outage { get; init; }

    /// <summary>By way of an outbox, if there is one: with its memory, and without trying each report while Periscope is down.</summary>
    internal static ReportDelivery Through(Outbox? outbox, PeriscopeClient client, bool sendsAgain = false, SentReports? memory = null, TimeProvider? time = null) => new(client)
    {
        Outbox = outbox,
        Memories = [.. new[] { memory, outbox?.Sent }.OfType<SentReports>()],
        SendsAgain = sendsAgain,
        Outage = outbox is null && memory is null ? null : new Outage(time ?? TimeProvider.System),
    };

    /// <param name="report">The report.</param>
    /// <param name="reported">The final status that Periscope was told of this deployment before, if any.</param>
    /// <param name="isFromOutbox">Whether it waits in the outbox; then whatever waits there by now is sent.</param>
    /// <param name="cancellationToken">Ends what is under way; there is no outcome then.</param>
    internal async Task<SendOutcome> DeliverAsync(DeploymentReport report, string? reported, bool isFromOutbox, CancellationToken cancellationToken)
    {
        try
        {
            ThrowIfBackwards(report, reported);
            return Outbox is null
                ? await SendAsync(report, isWaiting: false, cancellationToken).ConfigureAwait(false)
                : await SendOrKeepAsync(Outbox, report, isFromOutbox, cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceException failure)
        {
            return new SendOutcome { Report = report, Failure = failure };
        }
        catch (Exception refused) when (KeepingFailure.IsStorage(refused))
        {
            // Ends the call: what cannot be remembered is not to be sent.
            return new SendOutcome { Report = report, Failure = KeepingFailure.Unusable("outbox or state", Outbox?.Folder ?? "-StatePath", refused) };
        }
    }

    private async Task<SendOutcome> SendOrKeepAsync(Outbox outbox, DeploymentReport report, bool isFromOutbox, CancellationToken cancellationToken)
    {
        using var turn = await outbox.AcquireAsync(report.DeploymentId, cancellationToken).ConfigureAwait(false);
        var waiting = await outbox.FindAsync(report.DeploymentId, cancellationToken).ConfigureAwait(false);
        if (isFromOutbox)
        {
            if (waiting is null)
            {
                return new SendOutcome { Report = report };
            }

            report = waiting.Report;
        }
        else if (waiting is not null)
        {
            // An older state that was never sent must not be sent after this one, whatever happens in between.
            ThrowIfBackwards(report, waiting.Status);
            await outbox.KeepAsync(report, failure: null, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            var outcome = await SendAsync(report, waiting is not null, cancellationToken).ConfigureAwait(false);
            if (waiting is not null)
            {
                await outbox.DeliverAsync(report, cancellationToken).ConfigureAwait(false);
            }

            return outcome;
        }
        catch (ServiceException failure) when (failure.RefusesTheReport)
        {
            await outbox.BuryAsync(report, failure, cancellationToken).ConfigureAwait(false);
            throw;
        }
        catch (ServiceException failure) when (failure.Cause == FailureCause.StatusOutOfOrder && isFromOutbox)
        {
            // The end of the deployment has reached Periscope in another way; what waited is out of date.
            await outbox.DeliverAsync(report, cancellationToken).ConfigureAwait(false);
            return new SendOutcome { Report = report };
        }
        catch (ServiceException failure) when (failure.Cause is not (FailureCause.StatusOutOfOrder or FailureCause.StateUnusable))
        {
            await outbox.KeepAsync(report, failure, cancellationToken).ConfigureAwait(false);
            return new SendOutcome { Report = report, Receipt = Receipt.Kept(report, failure), Failure = failure };
        }
    }

    private async Task<SendOutcome> SendAsync(DeploymentReport report, bool isWaiting, CancellationToken cancellationToken)
    {
        foreach (var memory in Memories)
        {
            await memory.RefreshAsync(cancellationToken).ConfigureAwait(false);
            report = memory.Settle(report);
            ThrowIfBackwards(report, memory.Overwritten(report));
        }

        var before = Memories.Select(memory => memory.Find(report.DeploymentId)).ToArray();
        if (!isWaiting && !SendsAgain && before.OrderBy(sent => sent?.At).LastOrDefault()?.Confirms(report) == true)
        {
            return new SendOutcome { Report = report, Receipt = Receipt.Known(report) };
        }

        if (Outage?.ReasonNotToTry() is { } reason)
        {
            throw reason.NotTried();
        }

        try
        {
            await ForEachMemoryAsync(memory => memory.BeginAsync(report, cancellationToken)).ConfigureAwait(false);
            var receipt = await client.SendAsync(report, cancellationToken).ConfigureAwait(false);
            Outage?.Answered();
            await ForEachMemoryAsync(memory => memory.ConfirmAsync(report, cancellationToken)).ConfigureAwait(false);
            return new SendOutcome { Report = report, Receipt = receipt };
        }
        catch (ServiceException failure) when (failure.RefusesTheReport)
        {
            for (var i = 0; i < before.Length; i++)
            {
                await Memories[i].RefusedAsync(report, before[i], cancellationToken).ConfigureAwait(false);
            }

            throw;
        }
        catch (ServiceException failure)
        {
            Outage?.Failed(failure);
            throw;
        }
    }

    private async Task ForEachMemoryAsync(Func<SentReports, Task> action)
    {
        foreach (var memory in Memories)
        {
            await action(memory).ConfigureAwait(false);
        }
    }

    private static void ThrowIfBackwards(DeploymentReport report, string? reported)
    {
        if (reported is not null && ReportStatus.IsTerminal(reported) && !ReportStatus.IsTerminal(report.Status))
        {
            throw new ServiceException(
                ServiceName.Periscope,
                FailureCause.StatusOutOfOrder,
                $"The report '{Printable.Line(report.DeploymentId, 80)}' with status {report.Status} was not sent: the same deployment was already reported as {reported}, and this would put it back.");
        }
    }
}
