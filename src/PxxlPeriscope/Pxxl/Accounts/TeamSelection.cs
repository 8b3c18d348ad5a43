namespace PxxlPeriscope.Pxxl.Accounts;

/// <summary>When a route is sent the team. (Fact sheet, section (b): <c>teamId?</c>, and section (j), number 9.)</summary>
internal enum TeamSelection
{
    /// <summary>Only a team that was chosen for this call: a route by id, to which Pxxl's own SDKs send none.</summary>
    Selected,

    /// <summary>The connection's team, whichever way it was set: a list or a sum, which is another one for each team.</summary>
    Connection,
}
