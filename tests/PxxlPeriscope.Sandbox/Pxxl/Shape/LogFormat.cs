namespace PxxlPeriscope.Sandbox.Pxxl.Shape;

/// <summary>The format of log rows. The CLI accepts all three.</summary>
public enum LogFormat
{
    /// <summary>Objects: <c>phase, message, timestamp</c> for builds, <c>content, timestamp, type</c> at run time.</summary>
    Objects,

    /// <summary>An array of strings without timestamps.</summary>
    Strings,

    /// <summary>One string with line breaks.</summary>
    Text,
}
