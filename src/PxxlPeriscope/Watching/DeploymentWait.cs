using System.Runtime.CompilerServices;

namespace PxxlPeriscope;

/// <summary>
/// Waits for deployments until each is live or has failed. It follows the deployment's own status: a completed build is not live, its release
/// can still fail. (Fact sheet Pxxl, section (c).)
/// </summary>
internal sealed class DeploymentWait(PxxlClient pxxl, TimeProvider time, CallLog log)
{
    private const int LogLinesShown = 5;
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan NewFor = TimeSpan.FromMinutes(1);

    private readonly PollPace _pace = new();
    private readonly List<Waited> _waited = [];
    private long _started;
    private bool _isOut;
    private bool _hasAnswered;

    /// <summary>How long to wait for all of them together.</summary>
    internal required TimeSpan Limit { get; init; }

    /// <summary>They were started a moment ago: Pxxl may not find them at once.</summary>
    internal bool AreNew { get; init; }

    /// <summary>Asks whether the address answers; null where that is not to be seen. Gives null when it does, else what it answers instead.</summary>
    internal Func<CancellationToken, Task<string?>>? Health { get; init; }

    /// <summary>Reads the last lines of a deployment's build log.</summary>
    internal Func<string, int, CancellationToken, Task<IReadOnlyList<string>>>? LastLogLines { get; init; }

    /// <summary>Those that are under way, as they were read last; for showing how far they are.</summary>
    internal IEnumerable<(string Id, Deployment? Deployment)> UnderWay => _waited.Select(waited => (waited.Id, waited.Deployment));

    /// <summary>Waits. Gives every end, and between them <see langword="null"/> about once a second, so that a clock can be shown.</summary>
    /// <param name="ids">The deployments, each once.</param>
    /// <param name="cancellationToken">Ends the waiting at once.</param>
    /// <exception cref="ServiceException">What every further look would meet, such as a wrong key.</exception>
    internal async IAsyncEnumerable<WaitLook?> RunAsync(IEnumerable<string> ids, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _started = time.GetTimestamp();
        using var limit = new TimeLimit(time, Limit, cancellationToken);
        _waited.AddRange(ids.Distinct(StringComparer.Ordinal).Select(id => new Waited(id)));
        while (true)
        {
            var failures = 0;
            foreach (var waited in _waited.ToList())
            {
                var look = await LookUntilLimitAsync(waited, limit, cancellationToken).ConfigureAwait(false);
                failures += waited.IsOut ? 1 : 0;
                if (look.Outcome != WaitOutcome.UnderWay)
                {
                    _waited.Remove(waited);
                    yield return look;
                }
            }

            if (_waited.Count == 0)
            {
                yield break;
            }

            _isOut &= failures > 0;
            // Many at once are asked for one a second on average.
            for (var wait = Longest(_pace.Next(), TimeSpan.FromSeconds(_waited.Count)); wait > TimeSpan.Zero; wait -= Tick)
            {
                var left = Limit - time.GetElapsedTime(_started);
                if (left <= TimeSpan.Zero)
                {
                    foreach (var waited in _waited)
                    {
                        yield return new WaitLook(waited.Id, WaitOutcome.TimedOut, waited.Deployment, TimedOut(waited));
                    }

                    yield break;
                }

                yield return null;
                var span = wait < Tick ? wait : Tick;
                await time.DelayAsync(span < left ? span : left, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<WaitLook> LookUntilLimitAsync(Waited waited, TimeLimit limit, CancellationToken cancellationToken)
    {
        try
        {
            return await LookAsync(waited, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && limit.Token.IsCancellationRequested)
        {
            return UnderWayStill(waited);
        }
    }

    private async Task<WaitLook> LookAsync(Waited waited, CancellationToken cancellationToken)
    {
        if (!waited.IsLive)
        {
            try
            {
                var before = waited.Deployment;
                waited.Deployment = await pxxl.GetDeploymentAsync(waited.Id, cancellationToken).ConfigureAwait(false);
                _hasAnswered = true;
                waited.IsOut = false;
                if (before is not null && (before.RawStatus != waited.Deployment.RawStatus || before.BuildStatus != waited.Deployment.BuildStatus))
                {
                    _pace.Hurry();
                }
            }
            catch (ServiceException failure) when (failure.MayPass && (_hasAnswered || !failure.EndsTheCall))
            {
                Unanswered(waited, failure);
                return UnderWayStill(waited);
            }
            catch (ServiceException failure) when (failure.Cause == FailureCause.NotFound && AreNew && waited.Deployment is null && time.GetElapsedTime(_started) < NewFor)
            {
                return UnderWayStill(waited);
            }
            catch (ServiceException failure) when (!failure.EndsTheCall)
            {
                return new WaitLook(waited.Id, WaitOutcome.Unreadable, waited.Deployment, failure);
            }

            if (HasFailed(waited))
            {
                return new WaitLook(waited.Id, WaitOutcome.Failed, waited.Deployment, await FailedAsync(waited.Deployment, cancellationToken).ConfigureAwait(false));
            }

            waited.IsLive = waited.Deployment.Status == DeploymentStatus.Success;
        }

        waited.Health = waited.IsLive && Health is not null ? await Health(cancellationToken).ConfigureAwait(false) : null;
        return new WaitLook(waited.Id, waited.IsLive && waited.Health is null ? WaitOutcome.Live : WaitOutcome.UnderWay, waited.Deployment);
    }

    /// <summary>A build that has failed ends the deployment; its own word can come a little later, so it is seen twice before that is believed.</summary>
    private static bool HasFailed(Waited waited)
    {
        var deployment = waited.Deployment!;
        var isFailedBuild = StatusWords.ReadBuild(deployment.BuildStatus) == DeploymentStatus.Failed;
        if (deployment.IsTerminal && !(isFailedBuild && deployment.IsBuildStatusOnly))
        {
            return deployment.Status != DeploymentStatus.Success;
        }

        waited.FailedBuilds = isFailedBuild ? waited.FailedBuilds + 1 : 0;
        return waited.FailedBuilds > 1;
    }

    private async Task<ServiceException> FailedAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        var what = deployment.Status switch
        {
            DeploymentStatus.Stopped => "was stopped",
            DeploymentStatus.RolledBack => "was rolled back",
            _ => deployment.FailedPhase switch
            {
                FailedPhase.Release => "failed in its release; its build was good, and the release before it goes on serving",
                FailedPhase.Build => "failed in its build",
                // The build's own word, where the deployment's has not come yet.
                _ => StatusWords.ReadBuild(deployment.BuildStatus) == DeploymentStatus.Failed ? "failed in its build" : "failed",
            },
        };
        var reason = deployment.FailureReason is { } given ? Printable.Line(given, 300) : await LogEndAsync(deployment.Id, cancellationToken).ConfigureAwait(false);
        return new ServiceException(ServiceName.Pxxl, FailureCause.DeploymentFailed, $"The deployment {Name(deployment)} {what}.{(reason is null ? string.Empty : $" {reason}")}");
    }

    private async Task<string?> LogEndAsync(string id, CancellationToken cancellationToken)
    {
        if (LastLogLines is null)
        {
            return null;
        }

        try
        {
            var lines = await LastLogLines(id, LogLinesShown, cancellationToken).ConfigureAwait(false);
            return lines.Count == 0 ? null : "The log ends with: " + string.Join(" | ", lines.Select(line => Printable.Line(line, 200)));
        }
        catch (Exception unreadable) when (unreadable is ServiceException or OperationCanceledException)
        {
            // The failure itself is what is to be said; that its log cannot be read, or not in time, would only hide it.
            return null;
        }
    }

    private ServiceException TimedOut(Waited waited)
    {
        var state = waited.Deployment is not { } deployment ? "could not be read"
            : waited.IsLive ? $"is live, but {waited.Health ?? "its address has not answered"}"
            : $"is {(deployment.RawStatus is { } word ? $"'{Printable.Line(word, 40)}'" : "without a status")}{(deployment.BuildStatus is { } build ? $", its build '{Printable.Line(build, 40)}'" : string.Empty)}";
        return new ServiceException(
            ServiceName.Pxxl,
            FailureCause.DeploymentTimeout,
            $"The deployment {(waited.Deployment is null ? Printable.Line(waited.Id, 80) : Name(waited.Deployment))} {state} after {Limit.TotalSeconds:0} second{(Limit == Tick ? string.Empty : "s")}.");
    }

    private static string Name(Deployment deployment) =>
        Printable.Line(deployment.Id, 80) + (deployment.ProjectName is { } project ? $" of {Printable.Line(project, 80)}" : string.Empty);

    private static WaitLook UnderWayStill(Waited waited) => new(waited.Id, WaitOutcome.UnderWay, waited.Deployment);

    private static TimeSpan Longest(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private void Unanswered(Waited waited, ServiceException failure)
    {
        if (!_isOut)
        {
            log.Warning?.Invoke($"{failure.Message} The waiting goes on. This is said once.");
        }

        _isOut = true;
        waited.IsOut = true;
    }

    private sealed class Waited(string id)
    {
        public string Id { get; } = id;

        public Deployment? Deployment { get; set; }

        public bool IsLive { get; set; }

        /// <summary>The last look met an outage.</summary>
        public bool IsOut { get; set; }

        /// <summary>What the address answers instead of 2xx.</summary>
        public string? Health { get; set; }

        public int FailedBuilds { get; set; }
    }
}
