namespace PxxlPeriscope.Sandbox.Pxxl.Shape;

/// <summary>What the rows of a log are. The CLI accepts all three.</summary>
public enum LogFormat
{
    /// <summary>Objects: <c>phase, message, timestamp</c> for builds, <c>content, timestamp, type</c> at run time.</summary>
    Objects,

    /// <summary>An array of strings, without times.</summary>
    Strings,

    /// <summary>One string with line breaks.</summary>
    Text,
}
