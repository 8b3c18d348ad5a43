using System.Text.Json;

namespace PxxlPeriscope;

/// <summary>Reads a team. Only the camelCase names have been seen. (Fact sheet, section (b), "Teams, databases, cron".)</summary>
internal static class TeamReader
{
    /// <summary>Null for a row without an id, which nothing can be done with.</summary>
    internal static Team? Read(JsonElement row)
    {
        return row.FirstText("id", "_id", "teamId", "team_id") is not { } id ? null : new Team
        {
            Id = id,
            Name = row.FirstText("name", "teamName", "team_name"),
            Description = row.FirstText("description"),
            Status = row.FirstText("status", "state"),
            MyRole = row.FirstText("myRole", "my_role", "role"),
            OwnerId = row.FirstText("ownerId", "owner_id"),
            TotalMembers = Count("totalMembers", "total_members"),
            TotalProjects = Count("totalProjects", "total_projects"),
            TotalDatabases = Count("totalDatabases", "total_databases"),
            TotalDomains = Count("totalDomains", "total_domains"),
            AvatarUrl = Address.Site(row.FirstText("avatarUrl", "avatar_url")),
        };

        long? Count(params ReadOnlySpan<string> names) => row.Member(names)?.Count();
    }
}
