namespace PxxlPeriscope.Watching;

/// <summary>One look at one deployment that is waited for, or at the clock.</summary>
/// <param name="Id">The deployment.</param>
/// <param name="Outcome">Where it stands.</param>
/// <param name="Deployment">As it was read last; null when it never was.</param>
/// <param name="Failure">Why it did not become live; null while it may, and when it did.</param>
internal sealed record WaitStatus(string Id, WaitOutcome Outcome, Deployment? Deployment, ServiceException? Failure = null);
