using System.Text.Json;

namespace PxxlPeriscope;

/// <summary>A 2xx answer, whole.</summary>
internal sealed class JsonReply(ServiceConnection connection, int statusCode, byte[] body, string? requestId, int attempts, bool isConfidential = false)
{
    private const int LongestBeginning = 120;

    public int StatusCode { get; } = statusCode;

    public byte[] Body { get; } = body;

    public string? RequestId { get; } = requestId;

    public int Attempts { get; } = attempts;

    /// <summary>Whether no error may repeat a word of it.</summary>
    public bool IsConfidential { get; } = isConfidential;

    /// <summary>The body as JSON.</summary>
    /// <exception cref="ServiceException"><see cref="FailureCause.InvalidResponse"/>: it is not JSON.</exception>
    public JsonDocument Parse()
    {
        try
        {
            return TolerantJson.Parse(Body);
        }
        catch (JsonException)
        {
            throw Invalid(Body.Length == 0 ? "is empty" : "is not complete JSON");
        }
    }

    /// <summary>The error for an answer that says something else than this service is known to say.</summary>
    public ServiceException Invalid(string problem) => InvalidResponse(connection, problem, IsConfidential ? [] : Body, StatusCode, RequestId, Attempts);

    internal static ServiceException InvalidResponse(
        ServiceConnection connection, string problem, byte[] body, int statusCode, string? requestId, int attempts, Exception? inner = null) =>
        new(
            connection.Service,
            FailureCause.InvalidResponse,
            $"The answer of {connection.Service} (HTTP {statusCode}) {problem}."
                + (body.Length == 0 ? string.Empty : $" It begins: {connection.ApiKey.Show(Printable.Beginning(body), LongestBeginning)}"),
            inner)
        {
            StatusCode = statusCode,
            RequestId = requestId,
            Attempts = attempts,
        };
}
