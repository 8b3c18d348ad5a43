using System.Text.Json;
using PxxlPeriscope.Http;
using PxxlPeriscope.Json;

namespace PxxlPeriscope.Pxxl;

/// <summary>Finds the rows or the single item in every known envelope. (docs/facts/pxxl-api.md, "Routes and envelopes".)</summary>
internal static class ResponseEnvelope
{
    /// <summary>The rows of a list.</summary>
    /// <param name="reply">The answer, for the error.</param>
    /// <param name="root">Its JSON.</param>
    /// <param name="nouns">The plurals that can name the list: <c>deployments</c>.</param>
    /// <exception cref="ServiceException"><see cref="CallFailure.InvalidResponse"/>: no known envelope. Never an empty list instead.</exception>
    internal static JsonElement Rows(ApiResponse reply, JsonElement root, params ReadOnlySpan<string> nouns)
    {
        if (root.ValueKind == JsonValueKind.Array)
        {
            return root;
        }

        foreach (var holder in new[] { root, root.GetMember("data") ?? default })
        {
            if (holder.ValueKind == JsonValueKind.Array)
            {
                return holder;
            }

            // `items` and `results` are no documented names, but what such services use when they change.
            if ((holder.GetMember(nouns) ?? holder.GetMember("items", "results")) is { ValueKind: JsonValueKind.Array } rows)
            {
                return rows;
            }
        }

        throw reply.CreateInvalidResponseException($"holds no list of {nouns[0]} in any known form");
    }

    /// <summary>The one thing that was asked for: under its noun, under <c>data</c>, or the whole answer.</summary>
    internal static JsonElement Item(JsonElement root, string noun)
    {
        var holder = root.GetMember(noun) ?? root.GetMember("data") ?? root;
        return holder.GetMember(noun) ?? holder;
    }
}
