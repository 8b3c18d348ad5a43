using System.Text.Json;
using PxxlPeriscope.Connections;
using PxxlPeriscope.Json;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Http;

/// <summary>A 2xx answer, whole.</summary>
internal sealed class ApiResponse(
    ServiceConnection connection,
    int statusCode,
    byte[] body,
    string? requestId,
    int attempts,
    bool isConfidential = false
)
{
    private const int MaxExcerptLength = 120;

    public int StatusCode { get; } = statusCode;

    public byte[] Body { get; } = body;

    public string? RequestId { get; } = requestId;

    public int Attempts { get; } = attempts;

    /// <summary>Whether no error may repeat a word of it.</summary>
    public bool IsConfidential { get; } = isConfidential;

    /// <summary>The body as JSON.</summary>
    /// <exception cref="ServiceException"><see cref="CallFailure.InvalidResponse"/>: it is not JSON.</exception>
    public JsonDocument Parse()
    {
        try
        {
            return TolerantJson.Parse(Body);
        }
        catch (JsonException)
        {
            throw CreateInvalidResponseException(Body.Length == 0 ? "is empty" : "is not complete JSON");
        }
    }

    /// <summary>The error for an answer that says something else than this service is known to say.</summary>
    public ServiceException CreateInvalidResponseException(string problem) =>
        CreateInvalidResponseException(connection, problem, IsConfidential ? [] : Body, StatusCode, RequestId, Attempts);

    internal static ServiceException CreateInvalidResponseException(
        ServiceConnection connection,
        string problem,
        byte[] body,
        int statusCode,
        string? requestId,
        int attempts,
        Exception? inner = null
    ) =>
        new(
            connection.Service,
            CallFailure.InvalidResponse,
            $"The answer of {connection.Service} (HTTP {statusCode}) {problem}."
                + (body.Length == 0 ? string.Empty : $" It begins: {connection.ApiKey.Redact(Printable.Excerpt(body), MaxExcerptLength)}"),
            inner
        )
        {
            StatusCode = statusCode,
            RequestId = requestId,
            Attempts = attempts,
        };
}
