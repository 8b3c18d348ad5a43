namespace PxxlPeriscope.PowerShell.Completion;

/// <summary>Completes the standard environments; any other word is allowed.</summary>
public sealed class EnvironmentCompleter : FixedValueCompleter
{
    private protected override IEnumerable<(string Word, string Meaning)> Values =>
        [
            ("production", "the only one that counts in the metrics"),
            ("staging", "standard"),
            ("development", "standard"),
            ("preview", "standard; every preview deployment of Pxxl"),
            ("test", "standard"),
        ];
}
