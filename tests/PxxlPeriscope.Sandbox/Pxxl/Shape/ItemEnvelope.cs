namespace PxxlPeriscope.Sandbox.Pxxl.Shape;

/// <summary>Where the answer for one thing keeps it. No sample of one deployment is published; the CLI digs in all three.</summary>
public enum ItemEnvelope
{
    /// <summary><c>{"deployment":{…}}</c>.</summary>
    Noun,

    /// <summary><c>{"data":{…}}</c>.</summary>
    Data,

    /// <summary>The thing itself.</summary>
    Root,
}
