namespace PxxlPeriscope.PowerShell.Binding;

/// <summary>Completes the standard environments; any other word is allowed.</summary>
public sealed class EnvironmentCompleter : WordCompleter
{
    private protected override IEnumerable<(string Word, string Meaning)> Words =>
    [
        ("production", "the only one that counts in the metrics"),
        ("staging", "standard"),
        ("development", "standard"),
        ("preview", "standard; every preview deployment of Pxxl"),
        ("test", "standard"),
    ];
}
