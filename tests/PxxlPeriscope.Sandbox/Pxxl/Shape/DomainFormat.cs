namespace PxxlPeriscope.Sandbox.Pxxl.Shape;

/// <summary>The format of the rows in the list of domains. The official tests use both.</summary>
public enum DomainFormat
{
    /// <summary>Objects with <c>id, name, status…</c>.</summary>
    Objects,

    /// <summary>Names only.</summary>
    Strings,
}
