using System.Globalization;

namespace PxxlPeriscope.SyncProcess;

/// <summary>The command-line arguments. The keys are not among them, because other users of the machine can see arguments.</summary>
internal sealed record Arguments
{
    public const string Usage = """
        usage: PxxlPeriscope.SyncProcess sync --state FOLDER [--outbox FOLDER] [--throttle N] [--attempt-seconds N]
               PxxlPeriscope.SyncProcess deliver --outbox FOLDER [--throttle N] [--attempt-seconds N]

        Services and keys: PXXL_API_URL, PXXL_API_KEY, PERISCOPE_API_URL, PERISCOPE_API_KEY, as the sandbox prints them.
        """;

    /// <summary>The state folder; null to only deliver an outbox.</summary>
    public string? StatePath { get; init; }

    public string? OutboxPath { get; init; }

    public int ThrottleLimit { get; init; } = 4;

    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <exception cref="FormatException">An argument is missing, unknown or not a number.</exception>
    public static Arguments Parse(string[] words)
    {
        var arguments = new Arguments();
        for (var i = 1; i + 1 < words.Length; i += 2)
        {
            arguments = arguments.With(words[i], words[i + 1]);
        }

        var isComplete =
            words.Length % 2 == 1
            && words[0] switch
            {
                "sync" => arguments.StatePath is not null,
                "deliver" => arguments is { StatePath: null, OutboxPath: not null },
                _ => false,
            };
        return isComplete ? arguments : throw new FormatException("The arguments are incomplete.");
    }

    private Arguments With(string name, string value) =>
        name switch
        {
            "--state" => this with { StatePath = value },
            "--outbox" => this with { OutboxPath = value },
            "--throttle" => this with { ThrottleLimit = int.Parse(value, CultureInfo.InvariantCulture) },
            "--attempt-seconds" => this with { AttemptTimeout = TimeSpan.FromSeconds(int.Parse(value, CultureInfo.InvariantCulture)) },
            _ => throw new FormatException($"'{name}' is unknown."),
        };
}
