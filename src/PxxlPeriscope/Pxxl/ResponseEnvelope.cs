using System.Text.Json;
using PxxlPeriscope.Http;
using PxxlPeriscope.Json;

namespace PxxlPeriscope.Pxxl;

/// <summary>Finds the rows or the single item in every known envelope. (docs/facts/pxxl-api.md, "Routes and envelopes".)</summary>
internal static class ResponseEnvelope
{
    /// <summary>Returns the rows of a list.</summary>
    /// <param name="reply">The response, for error messages.</param>
    /// <param name="root">The JSON of the response.</param>
    /// <param name="nouns">The plural names that the list can have, such as <c>deployments</c>.</param>
    /// <exception cref="ServiceException"><see cref="CallFailure.InvalidResponse"/>: the envelope is not known. An empty list is never
    /// returned instead.</exception>
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

            // `items` and `results` are not documented, but are common names that the service might change to.
            if ((holder.GetMember(nouns) ?? holder.GetMember("items", "results")) is { ValueKind: JsonValueKind.Array } rows)
            {
                return rows;
            }
        }

        throw reply.CreateInvalidResponseException($"does not contain a list of {nouns[0]} in a known format");
    }

    /// <summary>Returns the requested item: under its noun, under <c>data</c>, or the whole response.</summary>
    internal static JsonElement Item(JsonElement root, string noun)
    {
        var holder = root.GetMember(noun) ?? root.GetMember("data") ?? root;
        return holder.GetMember(noun) ?? holder;
    }
}
