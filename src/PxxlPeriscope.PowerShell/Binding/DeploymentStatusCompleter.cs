namespace PxxlPeriscope.PowerShell.Binding;

/// <summary>Completes what a Pxxl deployment's status can amount to, and the service's own words.</summary>
public sealed class DeploymentStatusCompleter : WordCompleter
{
    private protected override IEnumerable<(string Word, string Meaning)> Words =>
        StatusWords.Statuses.Select(status => (status.ToString(), status.IsTerminal() ? "finished" : "not finished"))
            .Concat(StatusWords.Known
                .Where(word => StatusWords.ByName(word) is null)
                .Select(word => (word, $"a word of Pxxl for {StatusWords.Read(word)}")));
}
