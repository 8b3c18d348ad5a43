using System.Text.Json;

namespace PxxlPeriscope;

/// <summary>Reads <c>/cli/whoami</c> in both documented shapes. (Fact sheet, section (b).)</summary>
internal static class AccountReader
{
    internal static Account Read(JsonElement root, JsonReply reply)
    {
        var data = root.TryMember("user", out _) || !root.TryMember("data", out var inner) ? root : inner;
        var user = data.Member("user") ?? throw reply.Invalid("does not say whose key this is (no user)");
        var key = data.Member("apiKey", "api_key") ?? default;
        return new Account
        {
            UserId = user.Member("id", "_id")?.Text(),
            Email = user.Member("email")?.Text(),
            Name = user.Member("name")?.Text(),
            Scope = data.Member("apiKeyScope", "api_key_scope")?.Text() ?? Scopes(key.Member("scopes", "scope")),
            Permission = data.Member("apiKeyPermission", "api_key_permission")?.Text() ?? key.Member("permission")?.Text(),
            KeyTeamId = data.Member("teamId", "team_id")?.Text() ?? key.Member("teamId", "team_id")?.Text(),
        };
    }

    private static string? Scopes(JsonElement? scopes) =>
        scopes is { ValueKind: JsonValueKind.Array } several
            ? string.Join(",", several.EnumerateArray().Select(scope => scope.Text()).Where(scope => scope is not null))
            : scopes?.Text();
}
