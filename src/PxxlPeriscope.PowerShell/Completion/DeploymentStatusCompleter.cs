using PxxlPeriscope.Pxxl.Deployments;

namespace PxxlPeriscope.PowerShell.Completion;

/// <summary>Completes the values of <see cref="DeploymentStatus"/> and the status words of Pxxl.</summary>
public sealed class DeploymentStatusCompleter : FixedValueCompleter
{
    private protected override IEnumerable<(string Word, string Meaning)> Values =>
        DeploymentStatusParser
            .Statuses.Select(status => (status.ToString(), status.IsTerminal() ? "finished" : "not finished"))
            .Concat(
                DeploymentStatusParser
                    .Known.Where(word => DeploymentStatusParser.FindByName(word) is null)
                    .Select(word => (word, $"Pxxl status, counted as {DeploymentStatusParser.Parse(word)}"))
            );
}
