namespace PxxlPeriscope.Tests.Durability;

/// <summary>The scale of the durability tests: small in normal test runs, and full if the environment variable is set.</summary>
internal sealed record DurabilityScale
{
    public const string VariableName = "PXXLPERISCOPE_DURABILITY";

    public static DurabilityScale FromEnvironment { get; } =
        Environment.GetEnvironmentVariable(VariableName) == "full"
            // Slightly more than 5,000 of them have a commit and can be reported.
            ? new()
            {
                Deployments = 6100,
                Kills = 50,
                Limit = TimeSpan.FromMinutes(30),
            }
            : new()
            {
                Deployments = 240,
                Kills = 5,
                Limit = TimeSpan.FromMinutes(3),
            };

    /// <summary>The initial number of deployments. More are created during the test.</summary>
    public required int Deployments { get; init; }

    /// <summary>The number of processes to kill.</summary>
    public required int Kills { get; init; }

    /// <summary>The number of runs in which everything must arrive.</summary>
    public int Runs { get; init; } = 60;

    /// <summary>The time after which a test is considered hung.</summary>
    public required TimeSpan Limit { get; init; }

    /// <summary>Returns a token that is canceled when the test run is canceled or the limit is reached.</summary>
    public CancellationToken HasReached()
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        return limit.Token;
    }
}
