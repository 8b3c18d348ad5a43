namespace PxxlPeriscope.Sandbox.Pxxl.Shape;

/// <summary>Where a list answer keeps its rows. The official CLI digs in all four places.</summary>
public enum ListEnvelope
{
    /// <summary><c>{"deployments":[…]}</c>, the documented one.</summary>
    Noun,

    /// <summary><c>{"data":{"deployments":[…]}}</c>.</summary>
    DataNoun,

    /// <summary><c>{"data":[…]}</c>.</summary>
    Data,

    /// <summary><c>[…]</c>: no place for paging.</summary>
    Array,
}
