namespace PxxlPeriscope;

/// <summary>What became of a report.</summary>
public enum ReceiptAction
{
    /// <summary>Periscope made a record of it.</summary>
    Created,

    /// <summary>Periscope had a record of that id and updated it; so too when a first answer was lost and the report was repeated.</summary>
    Updated,
}
