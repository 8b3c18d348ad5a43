namespace PxxlPeriscope.Sandbox.Pxxl.Shape;

/// <summary>What the rows of the list of domains are. The official tests answer with both.</summary>
public enum DomainFormat
{
    /// <summary>Objects with <c>id, name, status…</c>.</summary>
    Objects,

    /// <summary>The names alone.</summary>
    Strings,
}
