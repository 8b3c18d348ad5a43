using System.Text.Json;
using PxxlPeriscope.Sandbox.Pxxl.Routes;
using PxxlPeriscope.Sandbox.Pxxl.Shape;

namespace PxxlPeriscope.Sandbox.Pxxl.Responses;

/// <summary>Writes a page of rows in the envelope and paging style of a <see cref="ResponseShape"/>.</summary>
internal sealed class ListResponse(string noun, PagingStyle documentedPaging)
{
    public Task WriteAsync(HttpContext context, ResponseShape shape, PageRequest page, int total, IEnumerable<ReadOnlyMemory<byte>> rows) =>
        JsonResponse.WriteAsync(
            context,
            StatusCodes.Status200OK,
            json =>
            {
                if (shape.ListEnvelope == ListEnvelope.Array)
                {
                    WriteRows(json, rows);
                    return;
                }

                var numbers = new PagingNumbers(json, shape.NumbersAsStrings, page, total);
                var paging = shape.Paging == PagingStyle.Documented ? documentedPaging : shape.Paging;
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
                    if (paging == PagingStyle.UnderData)
                        numbers.Write(PagingStyle.Root);
                    json.WriteEndObject();
                }

                // If "data" is the list of rows itself, the paging numbers move to the root.
                numbers.Write(
                    (paging, shape.ListEnvelope) switch
                    {
                        (PagingStyle.UnderData, ListEnvelope.DataNoun) => PagingStyle.None,
                        (PagingStyle.UnderData, ListEnvelope.Data) => PagingStyle.Root,
                        _ => paging,
                    }
                );
                json.WriteEndObject();
            }
        );

    // The sandbox wrote the JSON of the rows itself. Validating it again would cost more than copying it.
    private static void WriteRows(Utf8JsonWriter json, IEnumerable<ReadOnlyMemory<byte>> rows)
    {
        json.WriteStartArray();
        foreach (var row in rows)
            json.WriteRawValue(row.Span, skipInputValidation: true);
        json.WriteEndArray();
    }
}
