namespace PxxlPeriscope.Sandbox.Pxxl.Shape;

/// <summary>The location of the paging numbers in a list response.</summary>
public enum PagingStyle
{
    /// <summary>As in the samples: only <c>total</c> for deployments; <c>page, limit, total</c> for projects.</summary>
    Documented,

    /// <summary><c>page, limit, total, totalPages</c> beside the rows.</summary>
    Root,

    /// <summary><c>page, limit, total</c> beside the rows.</summary>
    RootWithoutTotalPages,

    /// <summary><c>total</c> beside the rows.</summary>
    TotalOnly,

    /// <summary>The four numbers inside <c>data</c>.</summary>
    UnderData,

    /// <summary><c>pagination{page, limit, total, totalPages}</c>, which the official CLI does not support.</summary>
    Pagination,

    /// <summary><c>pagination{page, limit, total, pages}</c>, as in the CDN routes.</summary>
    PaginationPages,

    /// <summary>No numbers: only an empty or short page indicates the end.</summary>
    None,
}
