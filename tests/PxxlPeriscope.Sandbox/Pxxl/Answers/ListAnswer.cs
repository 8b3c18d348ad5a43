using System.Text.Json;

namespace PxxlPeriscope.Sandbox;

/// <summary>Writes a page of rows in the envelope and with the paging that a <see cref="ResponseShape"/> asks for.</summary>
internal sealed class ListAnswer(string noun, Paging documentedPaging)
{
    public Task WriteAsync(
        HttpContext context, ResponseShape shape, PageRequest page, int total, IEnumerable<ReadOnlyMemory<byte>> rows) =>
        JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            if (shape.ListEnvelope == ListEnvelope.Array)
            {
                WriteRows(json, rows);
                return;
            }

            var numbers = new PagingNumbers(json, shape.NumbersAsStrings, page, total);
            var paging = shape.Paging == Paging.Documented ? documentedPaging : shape.Paging;
            json.WriteStartObject();
            if (shape.ListEnvelope != ListEnvelope.Noun)
                json.WritePropertyName("data");
            if (shape.ListEnvelope == ListEnvelope.DataNoun)
                json.WriteStartObject();
            if (shape.ListEnvelope != ListEnvelope.Data)
                json.WritePropertyName(noun);
            WriteRows(json, rows);
            if (shape.ListEnvelope == ListEnvelope.DataNoun)
            {
                if (paging == Paging.UnderData)
                    numbers.Write(Paging.Root);
                json.WriteEndObject();
            }

            // Rows that are "data" themselves leave no room under it, so the numbers move to the root.
            numbers.Write((paging, shape.ListEnvelope) switch
            {
                (Paging.UnderData, ListEnvelope.DataNoun) => Paging.None,
                (Paging.UnderData, ListEnvelope.Data) => Paging.Root,
                _ => paging,
            });
            json.WriteEndObject();
        });

    // The rows were written as JSON by the sandbox itself; validating them again would cost more than copying them.
    private static void WriteRows(Utf8JsonWriter json, IEnumerable<ReadOnlyMemory<byte>> rows)
    {
        json.WriteStartArray();
        foreach (var row in rows)
            json.WriteRawValue(row.Span, skipInputValidation: true);
        json.WriteEndArray();
    }
}
