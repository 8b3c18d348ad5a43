using System.Collections;

namespace PxxlPeriscope.PowerShell.Binding;

/// <summary>Completes ids of teams.</summary>
public sealed class TeamCompleter : PxxlCompleter
{
    private protected override string What(IDictionary bound) => "teams";

    private protected override async Task<IReadOnlyList<Suggestion>> AskAsync(PxxlClient client, IDictionary bound) =>
        [.. (await client.GetTeamsAsync().ConfigureAwait(false)).Select(team => new Suggestion(team.Id, Printable.Line(team.Name ?? team.Id, 80)))];
}
