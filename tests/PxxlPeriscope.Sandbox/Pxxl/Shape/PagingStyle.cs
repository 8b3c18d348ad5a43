namespace PxxlPeriscope.Sandbox.Pxxl.Shape;

/// <summary>Where a list answer says how many pages there are.</summary>
public enum PagingStyle
{
    /// <summary>As the samples show it: deployments give <c>total</c> alone, projects give <c>page, limit, total</c>.</summary>
    Documented,

    /// <summary><c>page, limit, total, totalPages</c> beside the rows.</summary>
    Root,

    /// <summary><c>page, limit, total</c> beside the rows.</summary>
    RootWithoutTotalPages,

    /// <summary><c>total</c> beside the rows.</summary>
    TotalOnly,

    /// <summary>The four numbers inside <c>data</c>.</summary>
    UnderData,

    /// <summary><c>pagination{page, limit, total, totalPages}</c>, which the official CLI does not understand.</summary>
    Pagination,

    /// <summary><c>pagination{page, limit, total, pages}</c>, as the CDN routes have it.</summary>
    PaginationPages,

    /// <summary>Nothing: only an empty or short page tells the end.</summary>
    None,
}
