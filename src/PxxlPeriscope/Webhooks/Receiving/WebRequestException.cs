namespace PxxlPeriscope.Webhooks.Receiving;

/// <summary>A request that its sender did not bring to an end.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="inner">Where it was noticed.</param>
public sealed class WebRequestException(string message, Exception? inner = null) : Exception(message, inner);
