using System.Text.Encodings.Web;
using System.Text.Json;

namespace PxxlPeriscope.Sandbox.Pxxl.Responses;

/// <summary>Writes JSON directly to the response, without reflection.</summary>
internal static class JsonResponse
{
    public const string ContentType = "application/json; charset=utf-8";

    /// <summary>Text is sent as UTF-8 without ASCII escapes, as JavaScript services do.</summary>
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = ContentType;
        await using (var json = new Utf8JsonWriter(context.Response.BodyWriter, Options))
            write(json);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    /// <summary>
    /// Writes an object with a single text, the format of most error bodies: <c>{"message":"…"}</c> or <c>{"error":"…"}</c>.
    /// </summary>
    public static Task WriteAsync(HttpContext context, int status, string name, string text) =>
        WriteAsync(
            context,
            status,
            json =>
            {
                json.WriteStartObject();
                json.WriteString(name, text);
                json.WriteEndObject();
            }
        );
}
