namespace PxxlPeriscope;

/// <summary>What became of one report: either a receipt or a failure.</summary>
public sealed class SendOutcome
{
    /// <summary>The report.</summary>
    public required DeploymentReport Report { get; init; }

    /// <summary>The event in the inbox that the report was made of; null for all others.</summary>
    internal KeptEvent? Kept { get; init; }

    /// <summary>Periscope's receipt; null when there is a failure.</summary>
    public Receipt? Receipt { get; init; }

    /// <summary>Why it was not delivered; null when there is a receipt.</summary>
    public ServiceException? Failure { get; init; }
}
