namespace PxxlPeriscope.Sandbox.Pxxl.Shape;

/// <summary>The location of the rows in a list response. The official CLI looks in all four.</summary>
public enum ListEnvelope
{
    /// <summary><c>{"deployments":[…]}</c>, the documented one.</summary>
    Noun,

    /// <summary><c>{"data":{"deployments":[…]}}</c>.</summary>
    DataNoun,

    /// <summary><c>{"data":[…]}</c>.</summary>
    Data,

    /// <summary><c>[…]</c>, without paging numbers.</summary>
    Array,
}
