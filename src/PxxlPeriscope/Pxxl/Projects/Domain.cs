using PxxlPeriscope.Pxxl;

namespace PxxlPeriscope;

/// <summary>A domain at Pxxl. Values that the service does not return are null.</summary>
public sealed record Domain
{
    /// <summary>The id, such as <c>dom_123</c>; null if the service lists names only.</summary>
    public string? Id { get; init; }

    /// <summary>The host name, such as <c>shop.example.com</c>. Unique across all Pxxl accounts.</summary>
    public required string Name { get; init; }

    /// <summary>The status as reported by the service, such as <c>active</c> or <c>pending_dns</c>.</summary>
    public string? Status { get; init; }

    /// <summary>The type as reported by the service.</summary>
    public string? Type { get; init; }

    /// <summary>The id of the project that the domain points to; null if there is none.</summary>
    public string? ProjectId { get; init; }

    /// <summary>The service of the project that the domain points to, if the project has several.</summary>
    public string? ServiceAlias { get; init; }

    /// <summary>The port that this service listens on.</summary>
    public long? ServicePort { get; init; }

    /// <summary>Creation time, in UTC.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The address of the domain.</summary>
    public Uri? Url => PxxlUrls.ParseSiteUrl(Name);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
