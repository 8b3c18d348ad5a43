namespace PxxlPeriscope.PowerShell.Completion;

/// <summary>Completes the standard environments. Any other environment is allowed.</summary>
public sealed class EnvironmentCompleter : FixedValueCompleter
{
    private protected override IEnumerable<(string Word, string Meaning)> Values =>
        [
            ("production", "standard; the only environment that counts in the metrics"),
            ("staging", "standard"),
            ("development", "standard"),
            ("preview", "standard; used for every preview deployment of Pxxl"),
            ("test", "standard"),
        ];
}
