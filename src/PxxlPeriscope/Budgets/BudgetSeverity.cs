namespace PxxlPeriscope;

/// <summary>How a figure stands to its budget.</summary>
public enum BudgetSeverity
{
    /// <summary>Below the warning.</summary>
    Ok,

    /// <summary>Below the limit, but at the warning or above it.</summary>
    Near,

    /// <summary>At the limit or above it.</summary>
    Reached,

    /// <summary>It cannot be judged: Pxxl gives no figure, or no limit to take a percentage of.</summary>
    Unknown,
}
