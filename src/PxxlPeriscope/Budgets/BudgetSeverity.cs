namespace PxxlPeriscope;

/// <summary>The result of comparing usage with a budget.</summary>
public enum BudgetSeverity
{
    /// <summary>Below the warning threshold.</summary>
    Ok,

    /// <summary>At or above the warning threshold, but below the limit.</summary>
    Near,

    /// <summary>At or above the limit.</summary>
    Reached,

    /// <summary>The budget cannot be checked: Pxxl returns no value, or no limit that a percentage could refer to.</summary>
    Unknown,
}
