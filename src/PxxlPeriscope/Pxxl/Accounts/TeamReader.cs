using System.Text.Json;
using PxxlPeriscope.Json;

namespace PxxlPeriscope.Pxxl.Accounts;

/// <summary>Reads a team. Only the camelCase names have been observed. (docs/facts/pxxl-api.md, "Routes and envelopes".)</summary>
internal static class TeamReader
{
    /// <summary>Returns null for a row without an id, which cannot be used.</summary>
    internal static Team? Read(JsonElement row)
    {
        return row.GetFirstText("id", "_id", "teamId", "team_id") is not { } id
            ? null
            : new Team
            {
                Id = id,
                Name = row.GetFirstText("name", "teamName", "team_name"),
                Description = row.GetFirstText("description"),
                Status = row.GetFirstText("status", "state"),
                MyRole = row.GetFirstText("myRole", "my_role", "role"),
                OwnerId = row.GetFirstText("ownerId", "owner_id"),
                TotalMembers = Count("totalMembers", "total_members"),
                TotalProjects = Count("totalProjects", "total_projects"),
                TotalDatabases = Count("totalDatabases", "total_databases"),
                TotalDomains = Count("totalDomains", "total_domains"),
                AvatarUrl = PxxlUrls.ParseSiteUrl(row.GetFirstText("avatarUrl", "avatar_url")),
            };

        long? Count(params ReadOnlySpan<string> names) => row.GetMember(names)?.AsCount();
    }
}
