using PxxlPeriscope.Pxxl;

namespace PxxlPeriscope;

/// <summary>One domain at Pxxl. What the service did not say is null.</summary>
public sealed record Domain
{
    /// <summary>The id, such as <c>dom_123</c>; null where the service lists names alone.</summary>
    public string? Id { get; init; }

    /// <summary>The host name, such as <c>shop.example.com</c>. Unique over all accounts of Pxxl.</summary>
    public required string Name { get; init; }

    /// <summary>The service's word, such as <c>active</c> or <c>pending_dns</c>.</summary>
    public string? Status { get; init; }

    /// <summary>The service's word for its kind.</summary>
    public string? Type { get; init; }

    /// <summary>The project that it leads to; null for none.</summary>
    public string? ProjectId { get; init; }

    /// <summary>Which service of the project, where it has several.</summary>
    public string? ServiceAlias { get; init; }

    /// <summary>The port that this service listens on.</summary>
    public long? ServicePort { get; init; }

    /// <summary>UTC.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Its address.</summary>
    public Uri? Url => PxxlUrls.ParseSiteUrl(Name);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
