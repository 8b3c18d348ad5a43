namespace PxxlPeriscope.Pxxl.Accounts;

/// <summary>When the team is sent with a route. (docs/facts/pxxl-api.md, "Routes and envelopes".)</summary>
internal enum TeamSelection
{
    /// <summary>Only a team that was chosen for this call: a route by id, to which Pxxl's own SDKs send none.</summary>
    Selected,

    /// <summary>The connection's team, whichever way it was set: a list or a sum, which is another one for each team.</summary>
    Connection,
}
