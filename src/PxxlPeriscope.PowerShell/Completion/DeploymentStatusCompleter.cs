using PxxlPeriscope.Pxxl.Deployments;

namespace PxxlPeriscope.PowerShell.Completion;

/// <summary>Completes what a Pxxl deployment's status can amount to, and the service's own words.</summary>
public sealed class DeploymentStatusCompleter : FixedValueCompleter
{
    private protected override IEnumerable<(string Word, string Meaning)> Values =>
        DeploymentStatusParser
            .Statuses.Select(status => (status.ToString(), status.IsTerminal() ? "finished" : "not finished"))
            .Concat(
                DeploymentStatusParser
                    .Known.Where(word => DeploymentStatusParser.FindByName(word) is null)
                    .Select(word => (word, $"a word of Pxxl for {DeploymentStatusParser.Parse(word)}"))
            );
}
