using System.Globalization;

namespace PxxlPeriscope.SyncProcess;

/// <summary>What one process is to do. The keys are none of it: arguments can be seen by others on the machine.</summary>
internal sealed record Arguments
{
    public const string Usage = """
        usage: PxxlPeriscope.SyncProcess sync --state FOLDER [--outbox FOLDER] [--throttle N] [--attempt-seconds N]
               PxxlPeriscope.SyncProcess deliver --outbox FOLDER [--throttle N] [--attempt-seconds N]

        Services and keys: PXXL_API_URL, PXXL_API_KEY, PERISCOPE_API_URL, PERISCOPE_API_KEY, as the sandbox prints them.
        """;

    /// <summary>The folder of the state; null to deliver an outbox and do nothing else.</summary>
    public string? StatePath { get; init; }

    public string? OutboxPath { get; init; }

    public int ThrottleLimit { get; init; } = 4;

    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <exception cref="FormatException">Something is missing, unknown or no number.</exception>
    public static Arguments Parse(string[] words)
    {
        var arguments = new Arguments();
        for (var i = 1; i + 1 < words.Length; i += 2)
        {
            arguments = arguments.With(words[i], words[i + 1]);
        }

        var isWhole =
            words.Length % 2 == 1
            && words[0] switch
            {
                "sync" => arguments.StatePath is not null,
                "deliver" => arguments is { StatePath: null, OutboxPath: not null },
                _ => false,
            };
        return isWhole ? arguments : throw new FormatException("These arguments make no whole.");
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
