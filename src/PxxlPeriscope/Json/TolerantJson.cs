using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace PxxlPeriscope.Json;

/// <summary>
/// Parses JSON from outside so that each of its strings can be read later. A string that a service truncated within a character (half of a
/// surrogate pair or of a UTF-8 sequence) could not; the invalid part is replaced.
/// </summary>
internal static class TolerantJson
{
    private static readonly byte[] SurrogateEscape = [(byte)'\\', (byte)'u'];

    private static readonly Regex LoneSurrogate = new(
        @"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}",
        RegexOptions.CultureInvariant
    );

    /// <exception cref="JsonException">The body is not JSON.</exception>
    internal static JsonDocument Parse(byte[] body)
    {
        // A byte order mark is legal in text but not in JSON; some proxies add it.
        var start = body.Length >= 3 && body[0] == 0xEF && body[1] == 0xBB && body[2] == 0xBF ? 3 : 0;
        var json = body.AsMemory(start);
        if (!IsUtf8(body) || MayHaveSurrogates(json.Span))
        {
            json = Encoding.UTF8.GetBytes(LoneSurrogate.Replace(Encoding.UTF8.GetString(body, start, body.Length - start), @"\ufffd"));
        }

        return JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 64 });
    }

    private static bool MayHaveSurrogates(ReadOnlySpan<byte> json)
    {
        for (int found; (found = json.IndexOf(SurrogateEscape)) >= 0; json = json.Slice(found + 2))
        {
            if (found + 2 < json.Length && json[found + 2] is (byte)'d' or (byte)'D')
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsUtf8(byte[] body)
    {
#if NET
        return System.Text.Unicode.Utf8.IsValid(body);
#else
        try
        {
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetCharCount(body);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
#endif
    }
}
