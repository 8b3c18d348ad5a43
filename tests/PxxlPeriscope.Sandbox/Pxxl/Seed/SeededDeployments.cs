using PxxlPeriscope.Sandbox.Pxxl.Data;

namespace PxxlPeriscope.Sandbox.Pxxl.Seed;

/// <summary>Creates the deployments of a seed, newest first. Their ages are relative to the start of the clock.</summary>
internal sealed class SeededDeployments(IReadOnlyList<SandboxProject> projects, Random random, DateTimeOffset start)
{
    private static readonly TimeSpan Period = TimeSpan.FromDays(60);

    private readonly OutcomeShuffler _outcomes = new(random);

    public IEnumerable<SandboxDeployment> Make(int count)
    {
        if (projects.Count == 0)
            return [];
        var newest = NewestDeployment
            .All.Take(count)
            .Select((plan, index) => Make(projects[index % projects.Count], start - plan.Age, plan.Timeline, plan.Outcome));
        return [.. newest, .. WithNeighborsSwapped(Settled(count))];
    }

    private IEnumerable<SandboxDeployment> Settled(int count)
    {
        // 200 rows or more fill the period; fewer keep the same distance from each other.
        var gap = Period / Math.Max(count, 200);
        var age = NewestDeployment.All[^1].Age;
        for (var index = NewestDeployment.All.Count; index < count; index++)
        {
            age += gap * (0.2 + 1.6 * random.NextDouble());
            yield return Make(random.Pick(projects), start - age, Timeline(), _outcomes.Next());
        }
    }

    // The service does not guarantee an order, so some neighboring rows are swapped.
    private IEnumerable<SandboxDeployment> WithNeighborsSwapped(IEnumerable<SandboxDeployment> ordered)
    {
        SandboxDeployment? held = null;
        foreach (var deployment in ordered)
        {
            if (held is null && random.Happens(0.02))
            {
                held = deployment;
                continue;
            }

            yield return deployment;
            if (held is not null)
                yield return held;
            held = null;
        }

        if (held is not null)
            yield return held;
    }

    private ReleaseTimeline Timeline() =>
        new(
            TimeSpan.FromSeconds(random.Next(3, 20)),
            TimeSpan.FromSeconds(random.Next(40, 401)),
            TimeSpan.FromSeconds(random.Next(15, 91))
        );

    private SandboxDeployment Make(SandboxProject project, DateTimeOffset createdAt, ReleaseTimeline timeline, DeploymentOutcome outcome)
    {
        var deployment = new SandboxDeployment
        {
            Id = random.NextId("dep_"),
            ProjectId = project.Id,
            // Some rows omit fields that others have: absent, not null and not 0.
            ProjectName = random.Happens(0.95) ? project.Name : null,
            Domain = project.Domain,
            CreatedAt = createdAt,
            Status = outcome.Status,
            BuildStatus = random.Happens(0.9) ? outcome.BuildStatus : null,
            BuildSeconds = random.Happens(0.92) ? timeline.Building.TotalSeconds : null,
            ArtifactBytes = outcome.BuildStatus == "completed" && random.Happens(0.85) ? random.NextInt64(300_000, 260_000_000) : null,
            ErrorMessage = outcome.Error,
            FinishedAt = outcome.IsEnd ? createdAt + timeline.Total : null,
            Timeline = timeline,
        };
        return project.GithubUrl is null ? Uploaded(deployment) : FromGit(deployment);
    }

    // A zip upload has no branch, and its commit identifier is not a commit SHA.
    private SandboxDeployment Uploaded(SandboxDeployment deployment) =>
        deployment with
        {
            CommitSha = random.Next(3) switch
            {
                0 => "zip-" + random.NextHex(12),
                1 => $"{random.NextHex(8)}-{random.NextHex(4)}-4{random.NextHex(3)}-a{random.NextHex(3)}-{random.NextHex(12)}",
                _ => null,
            },
            CommitMessage = random.Happens(0.5) ? "SpaceDrop upload" : null,
            TriggeredBy = "clideploy",
        };

    private SandboxDeployment FromGit(SandboxDeployment deployment)
    {
        var onMain = random.Happens(0.72);
        var branch = onMain ? "main" : random.Pick(CommitMessages.FeatureBranches);
        var sha = random.NextHex(random.Happens(0.9) ? 40 : 7);
        var preview = !onMain && random.Happens(0.6);
        return deployment with
        {
            Branch = branch,
            CommitSha = sha,
            CommitMessage = random.Pick(CommitMessages.All),
            TriggeredBy = random.Pick(CommitMessages.Authors),
            Environment = (onMain, preview) switch
            {
                (true, _) => random.Happens(0.5) ? "production" : null,
                (_, true) => random.Happens(0.3) ? "preview" : null,
                _ => random.Happens(0.7) ? "staging" : "development",
            },
            Preview = preview ? PullRequest(deployment.CreatedAt, branch, sha) : null,
        };
    }

    private SandboxPreview PullRequest(DateTimeOffset createdAt, string branch, string sha) =>
        new()
        {
            Branch = branch,
            Sha = sha,
            PullRequestNumber = random.Next(300, 600),
            ExpiresAt = createdAt + TimeSpan.FromHours(72),
        };
}
