namespace PxxlPeriscope.Sandbox.Pxxl.Seed;

/// <summary>
/// Shuffles outcomes so that every 200 deployments have the same share of each for any seed: 12 % fail, a third of those after a
/// successful build.
/// </summary>
internal sealed class OutcomeShuffler(Random random)
{
    private static readonly DeploymentOutcome[] Outcomes =
    [
        .. Enumerable.Repeat(DeploymentOutcome.Deployed, 84),
        .. Enumerable.Repeat(DeploymentOutcome.Successful, 46),
        .. Enumerable.Repeat(DeploymentOutcome.Succeeded, 26),
        .. Enumerable.Repeat(DeploymentOutcome.BuildFailed, 10),
        .. Enumerable.Repeat(DeploymentOutcome.OutOfMemory, 6),
        .. Enumerable.Repeat(DeploymentOutcome.ReleaseFailed, 8),
        .. Enumerable.Repeat(DeploymentOutcome.Cancelled, 6),
        .. Enumerable.Repeat(DeploymentOutcome.Canceled, 4),
        .. Enumerable.Repeat(DeploymentOutcome.RolledBack, 7),
        .. Enumerable.Repeat(DeploymentOutcome.Promoting, 3),
    ];

    private readonly DeploymentOutcome[] _shuffled = [.. Outcomes];
    private int _index = Outcomes.Length;

    public DeploymentOutcome Next()
    {
        if (_index == _shuffled.Length)
        {
            random.Shuffle(_shuffled);
            _index = 0;
        }

        return _shuffled[_index++];
    }
}
