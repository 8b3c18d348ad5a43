namespace PxxlPeriscope.Webhooks.Receiving;

/// <summary>A request was not received completely.</summary>
/// <param name="message">The problem.</param>
/// <param name="inner">The original exception.</param>
public sealed class WebRequestException(string message, Exception? inner = null) : Exception(message, inner);
