using System.Text.Json;
using PxxlPeriscope.Http;
using PxxlPeriscope.Json;

namespace PxxlPeriscope.Pxxl.Accounts;

/// <summary>
/// Reads the response of <c>/cli/whoami</c> in both documented formats. (docs/facts/pxxl-api.md, "Routes and envelopes".)
/// </summary>
internal static class AccountReader
{
    internal static Account Read(JsonElement root, ApiResponse reply)
    {
        var data = root.TryGetMember("user", out _) || !root.TryGetMember("data", out var inner) ? root : inner;
        var user = data.GetMember("user") ?? throw reply.CreateInvalidResponseException("does not contain the user of the key");
        var key = data.GetMember("apiKey", "api_key") ?? default;
        return new Account
        {
            UserId = user.GetMember("id", "_id")?.AsText(),
            Email = user.GetMember("email")?.AsText(),
            Name = user.GetMember("name")?.AsText(),
            Scope = data.GetMember("apiKeyScope", "api_key_scope")?.AsText() ?? Scopes(key.GetMember("scopes", "scope")),
            Permission = data.GetMember("apiKeyPermission", "api_key_permission")?.AsText() ?? key.GetMember("permission")?.AsText(),
            KeyTeamId = data.GetMember("teamId", "team_id")?.AsText() ?? key.GetMember("teamId", "team_id")?.AsText(),
        };
    }

    private static string? Scopes(JsonElement? scopes) =>
        scopes is { ValueKind: JsonValueKind.Array } scopeList
            ? string.Join(",", scopeList.EnumerateArray().Select(scope => scope.AsText()).Where(scope => scope is not null))
            : scopes?.AsText();
}
