using System.Text.Json;

namespace PxxlPeriscope;

/// <summary>Reads a domain, which may be a mere name, and whose name may lie one level deeper. (Fact sheet, sections (b) and (d).)</summary>
internal static class DomainReader
{
    /// <summary>An answer about one domain: <c>{id, name}</c>, <c>{id, domain{name}}</c>, or either of them under <c>data</c>.</summary>
    internal static Domain? ReadOne(JsonElement root) => Read(root.Member("data") ?? root);

    /// <summary>Null for a row that has neither a name nor an id.</summary>
    internal static Domain? Read(JsonElement row)
    {
        var inner = row.Member("domain") is { ValueKind: JsonValueKind.Object } nested ? nested : default;
        var id = Text("id", "_id", "domainId", "domain_id");
        // The order in which Pxxl's own command line looks for a name.
        return (row.Text() ?? Text("domain", "name", "hostname") ?? id) is not { } name ? null : new Domain
        {
            Id = id,
            Name = name,
            Status = Text("status", "state"),
            Type = Text("type"),
            ProjectId = Text("projectId", "project_id") ?? (row.Member("project") ?? inner.Member("project"))?.FirstText("id", "_id"),
            ServiceAlias = Text("serviceAlias", "service_alias"),
            ServicePort = (row.Member("servicePort", "service_port") ?? inner.Member("servicePort", "service_port"))?.Count(),
            CreatedAt = (row.Member("createdAt", "created_at") ?? inner.Member("createdAt", "created_at"))?.Moment(),
        };

        string? Text(params ReadOnlySpan<string> names) => row.FirstText(names) ?? inner.FirstText(names);
    }
}
