using System.Text.Json;
using PxxlPeriscope.Connections;
using PxxlPeriscope.Json;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Http;

/// <summary>A complete 2xx response.</summary>
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

    /// <summary>Whether the response may contain confidential values, so that no error message quotes it.</summary>
    public bool IsConfidential { get; } = isConfidential;

    /// <summary>Parses the body as JSON.</summary>
    /// <exception cref="ServiceException"><see cref="CallFailure.InvalidResponse"/>: the body is not JSON.</exception>
    public JsonDocument Parse()
    {
        try
        {
            return TolerantJson.Parse(Body);
        }
        catch (JsonException)
        {
            throw CreateInvalidResponseException(Body.Length == 0 ? "is empty" : "is not valid JSON");
        }
    }

    /// <summary>Creates the error for a response in an unknown format.</summary>
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
            $"The response from {connection.Service} (HTTP {statusCode}) {problem}."
                + (
                    body.Length == 0
                        ? string.Empty
                        : $" The response starts with: {connection.ApiKey.Redact(Printable.Excerpt(body), MaxExcerptLength)}"
                ),
            inner
        )
        {
            StatusCode = statusCode,
            RequestId = requestId,
            Attempts = attempts,
        };
}
