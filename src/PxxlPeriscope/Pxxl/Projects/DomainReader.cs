using System.Text.Json;
using PxxlPeriscope.Json;

namespace PxxlPeriscope.Pxxl.Projects;

/// <summary>
/// Reads a domain, which can be a plain name or an object, possibly with the name in a nested object. (docs/facts/pxxl-api.md.)
/// </summary>
internal static class DomainReader
{
    /// <summary>
    /// Reads a response about one domain: <c>{id, name}</c>, <c>{id, domain{name}}</c>, or either of them under <c>data</c>.
    /// </summary>
    internal static Domain? ReadOne(JsonElement root) => Read(root.GetMember("data") ?? root);

    /// <summary>Returns null for a row that has neither a name nor an id.</summary>
    internal static Domain? Read(JsonElement row)
    {
        var inner = row.GetMember("domain") is { ValueKind: JsonValueKind.Object } nested ? nested : default;
        var id = Text("id", "_id", "domainId", "domain_id");
        // The order in which the Pxxl CLI looks for a name.
        return (row.AsText() ?? Text("domain", "name", "hostname") ?? id) is not { } name
            ? null
            : new Domain
            {
                Id = id,
                Name = name,
                Status = Text("status", "state"),
                Type = Text("type"),
                ProjectId =
                    Text("projectId", "project_id") ?? (row.GetMember("project") ?? inner.GetMember("project"))?.GetFirstText("id", "_id"),
                ServiceAlias = Text("serviceAlias", "service_alias"),
                ServicePort = (row.GetMember("servicePort", "service_port") ?? inner.GetMember("servicePort", "service_port"))?.AsCount(),
                CreatedAt = (row.GetMember("createdAt", "created_at") ?? inner.GetMember("createdAt", "created_at"))?.AsTimestamp(),
            };

        string? Text(params ReadOnlySpan<string> names) => row.GetFirstText(names) ?? inner.GetFirstText(names);
    }
}
