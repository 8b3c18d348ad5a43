namespace PxxlPeriscope.PowerShell.Completion;

/// <summary>Completes the six statuses of Periscope.</summary>
public sealed class ReportStatusCompleter : FixedValueCompleter
{
    private protected override IEnumerable<(string Word, string Meaning)> Values =>
        ReportStatus.All.Select(status =>
            (status, ReportStatus.IsTerminal(status) ? "finished; requires a completion time" : "not finished")
        );
}
