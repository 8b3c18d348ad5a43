namespace PxxlPeriscope.Sandbox.Pxxl.Shape;

/// <summary>The location of the object in a response. No sample for a single deployment is published; the CLI looks in all three.</summary>
public enum ItemEnvelope
{
    /// <summary><c>{"deployment":{…}}</c>.</summary>
    Noun,

    /// <summary><c>{"data":{…}}</c>.</summary>
    Data,

    /// <summary>The object itself.</summary>
    Root,
}
