namespace PxxlPeriscope.PowerShell.Binding;

/// <summary>Completes the six statuses of Periscope.</summary>
public sealed class ReportStatusCompleter : WordCompleter
{
    private protected override IEnumerable<(string Word, string Meaning)> Words =>
        ReportStatus.All.Select(status => (status, ReportStatus.IsTerminal(status) ? "finished: needs a completion time" : "not finished"));
}
