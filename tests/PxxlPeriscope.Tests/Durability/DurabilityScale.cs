namespace PxxlPeriscope.Tests.Durability;

/// <summary>How much the durability tests do: little in every run of the tests, all of it when the variable says so.</summary>
internal sealed record DurabilityScale
{
    public const string VariableName = "PXXLPERISCOPE_DURABILITY";

    public static DurabilityScale FromEnvironment { get; } =
        Environment.GetEnvironmentVariable(VariableName) == "full"
            // A good 5,000 of them have a commit and can be reported.
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

    /// <summary>How many deployments there are at first; more are made meanwhile.</summary>
    public required int Deployments { get; init; }

    /// <summary>How many processes are killed.</summary>
    public required int Kills { get; init; }

    /// <summary>How many runs must be enough for everything to arrive.</summary>
    public int Runs { get; init; } = 60;

    /// <summary>What takes longer hangs.</summary>
    public required TimeSpan Limit { get; init; }

    /// <summary>Ends what a test waits for when the run is cancelled, and in the end anyway.</summary>
    public CancellationToken HasReached()
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        return limit.Token;
    }
}
