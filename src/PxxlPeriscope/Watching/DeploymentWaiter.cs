using System.Runtime.CompilerServices;
using PxxlPeriscope.Http;
using PxxlPeriscope.Pxxl;
using PxxlPeriscope.Pxxl.Deployments;
using PxxlPeriscope.Text;
using PxxlPeriscope.Time;

namespace PxxlPeriscope.Watching;

/// <summary>
/// Waits for deployments until each is live or has failed. It uses the status of the deployment: after a completed build the release can
/// still fail. (docs/facts/pxxl-api.md, "Status words".)
/// </summary>
internal sealed class DeploymentWaiter(PxxlClient pxxl, TimeProvider time, CallLog log)
{
    private const int LogTailLines = 5;
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan NewDeploymentGracePeriod = TimeSpan.FromMinutes(1);

    private readonly PollInterval _pollInterval = new();
    private readonly List<TrackedDeployment> _tracked = [];
    private long _started;
    private bool _isUnavailable;
    private bool _hasResponded;

    /// <summary>The time limit for all deployments together.</summary>
    internal required TimeSpan Timeout { get; init; }

    /// <summary>Whether the deployments were started just now, so that Pxxl may not find them yet.</summary>
    internal bool AreNewlyStarted { get; init; }

    /// <summary>Checks an address; null to check none. Returns null if it responds, otherwise a description of the problem.</summary>
    internal Func<CancellationToken, Task<string?>>? CheckHealthAsync { get; init; }

    /// <summary>Reads the last lines of a deployment's build log.</summary>
    internal Func<string, int, CancellationToken, Task<IReadOnlyList<string>>>? LastLogLines { get; init; }

    /// <summary>The deployments in progress, as last read; used to show progress.</summary>
    internal IEnumerable<(string Id, Deployment? Deployment)> InProgress => _tracked.Select(tracked => (tracked.Id, tracked.Deployment));

    /// <summary>Returns the final status of each deployment, and <see langword="null"/> about once a second to update a clock.</summary>
    /// <param name="ids">The deployments, without duplicates.</param>
    /// <param name="cancellationToken">Cancels the wait immediately.</param>
    /// <exception cref="ServiceException">A failure that would recur at every check, such as a wrong key.</exception>
    internal async IAsyncEnumerable<Status?> RunAsync(IEnumerable<string> ids, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _started = time.GetTimestamp();
        using var limit = new TimeLimit(time, Timeout, cancellationToken);
        _tracked.AddRange(ids.Distinct(StringComparer.Ordinal).Select(id => new TrackedDeployment(id)));
        while (true)
        {
            var failures = 0;
            foreach (var tracked in _tracked.ToList())
            {
                var status = await CheckUntilTimeoutAsync(tracked, limit, cancellationToken).ConfigureAwait(false);
                failures += tracked.IsUnavailable ? 1 : 0;
                if (status.Outcome != Outcome.InProgress)
                {
                    _tracked.Remove(tracked);
                    yield return status;
                }
            }

            if (_tracked.Count == 0)
            {
                yield break;
            }

            _isUnavailable &= failures > 0;
            // With many deployments, the average rate is one request per second.
            for (
                var delay = Max(_pollInterval.Next(), TimeSpan.FromSeconds(_tracked.Count));
                delay > TimeSpan.Zero;
                delay -= ProgressInterval
            )
            {
                var remaining = Timeout - time.GetElapsedTime(_started);
                if (remaining <= TimeSpan.Zero)
                {
                    foreach (var tracked in _tracked)
                    {
                        yield return new Status(tracked.Id, Outcome.TimedOut, tracked.Deployment, CreateTimeoutException(tracked));
                    }

                    yield break;
                }

                yield return null;
                var span = delay < ProgressInterval ? delay : ProgressInterval;
                await time.DelayAsync(span < remaining ? span : remaining, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<Status> CheckUntilTimeoutAsync(TrackedDeployment tracked, TimeLimit limit, CancellationToken cancellationToken)
    {
        try
        {
            return await CheckAsync(tracked, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && limit.Token.IsCancellationRequested)
        {
            return StillInProgress(tracked);
        }
    }

    private async Task<Status> CheckAsync(TrackedDeployment tracked, CancellationToken cancellationToken)
    {
        if (!tracked.IsLive)
        {
            try
            {
                var previous = tracked.Deployment;
                tracked.Deployment = await pxxl.GetDeploymentAsync(tracked.Id, cancellationToken).ConfigureAwait(false);
                _hasResponded = true;
                tracked.IsUnavailable = false;
                if (
                    previous is not null
                    && (previous.RawStatus != tracked.Deployment.RawStatus || previous.BuildStatus != tracked.Deployment.BuildStatus)
                )
                {
                    _pollInterval.Reset();
                }
            }
            catch (ServiceException failure) when (failure.IsTransient && (_hasResponded || !failure.IsFatal))
            {
                RecordOutage(tracked, failure);
                return StillInProgress(tracked);
            }
            catch (ServiceException failure)
                when (failure.Cause is CallFailure.NotFound
                    && AreNewlyStarted
                    && tracked.Deployment is null
                    && time.GetElapsedTime(_started) < NewDeploymentGracePeriod
                )
            {
                return StillInProgress(tracked);
            }
            catch (ServiceException failure) when (!failure.IsFatal)
            {
                return new Status(tracked.Id, Outcome.ReadFailed, tracked.Deployment, failure);
            }

            if (HasFailed(tracked))
            {
                return new Status(
                    tracked.Id,
                    Outcome.Failed,
                    tracked.Deployment,
                    await CreateFailureAsync(tracked.Deployment, cancellationToken).ConfigureAwait(false)
                );
            }

            tracked.IsLive = tracked.Deployment.Status == DeploymentStatus.Success;
        }

        tracked.Health =
            tracked.IsLive && CheckHealthAsync is not null ? await CheckHealthAsync(cancellationToken).ConfigureAwait(false) : null;
        return new Status(tracked.Id, tracked.IsLive && tracked.Health is null ? Outcome.Live : Outcome.InProgress, tracked.Deployment);
    }

    /// <summary>A failed build ends the deployment. A second check confirms it, as the deployment status may change later.</summary>
    private static bool HasFailed(TrackedDeployment tracked)
    {
        var deployment = tracked.Deployment!;
        var isFailedBuild = DeploymentStatusParser.ParseBuildStatus(deployment.BuildStatus) == DeploymentStatus.Failed;
        if (deployment.IsTerminal && !(isFailedBuild && deployment.IsBuildStatusOnly))
        {
            return deployment.Status != DeploymentStatus.Success;
        }

        tracked.FailedBuilds = isFailedBuild ? tracked.FailedBuilds + 1 : 0;
        return tracked.FailedBuilds > 1;
    }

    private async Task<ServiceException> CreateFailureAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        var outcomeText = deployment.Status switch
        {
            DeploymentStatus.Stopped => "was stopped",
            DeploymentStatus.RolledBack => "was rolled back",
            _ => deployment.FailedPhase switch
            {
                FailedPhase.Release => "failed during the release; the build succeeded, and the previous release is still live",
                FailedPhase.Build => "failed during the build",
                // The build status, if the deployment status has not changed yet.
                _ => DeploymentStatusParser.ParseBuildStatus(deployment.BuildStatus) == DeploymentStatus.Failed
                    ? "failed during the build"
                    : "failed",
            },
        };
        var reason = deployment.FailureReason is { } failureReason
            ? Printable.ToSingleLine(failureReason, 300)
            : await ReadLogTailAsync(deployment.Id, cancellationToken).ConfigureAwait(false);
        return new ServiceException(
            ServiceName.Pxxl,
            WaitFailure.DeploymentFailed,
            $"The deployment {Describe(deployment)} {outcomeText}.{(reason is null ? string.Empty : $" {reason}")}"
        );
    }

    private async Task<string?> ReadLogTailAsync(string id, CancellationToken cancellationToken)
    {
        if (LastLogLines is null)
        {
            return null;
        }

        try
        {
            var lines = await LastLogLines(id, LogTailLines, cancellationToken).ConfigureAwait(false);
            return lines.Count == 0
                ? null
                : "The log ends with: " + string.Join(" | ", lines.Select(line => Printable.ToSingleLine(line, 200)));
        }
        catch (Exception exception) when (exception is ServiceException or OperationCanceledException)
        {
            // The failure itself matters more than an error or timeout while reading the log.
            return null;
        }
    }

    private ServiceException CreateTimeoutException(TrackedDeployment tracked)
    {
        var state =
            tracked.Deployment is not { } deployment ? "could not be read"
            : tracked.IsLive ? $"is live, but {tracked.Health ?? "its address has not responded"}"
            : (deployment.RawStatus is { } rawStatus ? $"is '{Printable.ToSingleLine(rawStatus, 40)}'" : "has no status")
                + (deployment.BuildStatus is { } build ? $" with build status '{Printable.ToSingleLine(build, 40)}'" : string.Empty);
        return new ServiceException(
            ServiceName.Pxxl,
            WaitFailure.DeploymentTimeout,
            $"The deployment {(tracked.Deployment is null ? Printable.ToSingleLine(tracked.Id, 80) : Describe(tracked.Deployment))} "
                + $"{state} after {Timeout.TotalSeconds:0} second{(Timeout == ProgressInterval ? string.Empty : "s")}."
        );
    }

    private static string Describe(Deployment deployment) =>
        Printable.ToSingleLine(deployment.Id, 80)
        + (deployment.ProjectName is { } project ? $" of {Printable.ToSingleLine(project, 80)}" : string.Empty);

    private static Status StillInProgress(TrackedDeployment tracked) => new(tracked.Id, Outcome.InProgress, tracked.Deployment);

    private static TimeSpan Max(TimeSpan first, TimeSpan second) => first > second ? first : second;

    private void RecordOutage(TrackedDeployment tracked, ServiceException failure)
    {
        if (!_isUnavailable)
        {
            log.Warning?.Invoke($"{failure.Message} Waiting continues. This warning is shown once.");
        }

        _isUnavailable = true;
        tracked.IsUnavailable = true;
    }

    private sealed class TrackedDeployment(string id)
    {
        public string Id { get; } = id;

        public Deployment? Deployment { get; set; }

        public bool IsLive { get; set; }

        /// <summary>Whether the last check failed because of an outage.</summary>
        public bool IsUnavailable { get; set; }

        /// <summary>The problem found by the last check of the address.</summary>
        public string? Health { get; set; }

        public int FailedBuilds { get; set; }
    }

    /// <summary>The result of one check of a deployment.</summary>
    /// <param name="Id">The deployment's id.</param>
    /// <param name="Outcome">The outcome so far.</param>
    /// <param name="Deployment">The deployment as last read; null if it was never read.</param>
    /// <param name="Failure">Why the deployment did not go live; null if it did or still may.</param>
    internal sealed record Status(string Id, Outcome Outcome, Deployment? Deployment, ServiceException? Failure = null);

    /// <summary>The outcome of waiting for a deployment.</summary>
    internal enum Outcome
    {
        /// <summary>The deployment is in progress, or its address does not respond yet.</summary>
        InProgress,

        /// <summary>The deployment is live, and its address responds if that was to be checked.</summary>
        Live,

        /// <summary>The deployment failed, was stopped or was rolled back.</summary>
        Failed,

        /// <summary>The time limit was reached.</summary>
        TimedOut,

        /// <summary>The deployment cannot be read.</summary>
        ReadFailed,
    }
}
