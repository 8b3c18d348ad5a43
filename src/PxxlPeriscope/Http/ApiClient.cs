using PxxlPeriscope.Connections;

namespace PxxlPeriscope.Http;

/// <summary>Sends one request and returns its 2xx response, or throws a <see cref="ServiceException"/>.</summary>
internal sealed class ApiClient(ServiceConnection connection, CallLog log)
{
    private readonly ServiceName _service = connection.Service;

    /// <param name="request">The request, with a URI relative to the base URI of the connection.</param>
    /// <param name="isIdempotent">Whether sending the request twice has the same effect as sending it once.</param>
    /// <param name="cancellationToken">Cancels the current request or wait.</param>
    internal async Task<ApiResponse> SendAsync(HttpRequestMessage request, bool isIdempotent, CancellationToken cancellationToken)
    {
        request.SetOptions(log, isIdempotent);
        try
        {
            // Headers only: the handlers have already read the body, within the time and size limits of the attempt.
            using var response = await connection
                .CreateClient()
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
                .ConfigureAwait(false);
            var body = await ReadBodyAsync(response, cancellationToken).ConfigureAwait(false);
            return response.IsSuccessStatusCode
                ? new ApiResponse(
                    connection,
                    (int)response.StatusCode,
                    body,
                    GetRequestId(response, connection.Settings),
                    request.Attempts(),
                    request.IsConfidential()
                )
                : throw ErrorResponse.ToException(connection, request, response, body);
        }
        catch (IncompleteResponseException cut)
        {
            throw ApiResponse.CreateInvalidResponseException(
                connection,
                "ended prematurely",
                request.IsConfidential() ? [] : cut.Excerpt,
                cut.Status,
                null,
                request.Attempts(),
                cut
            );
        }
        catch (RedirectRefusedException redirect)
        {
            throw Failure(
                CallFailure.RedirectRefused,
                $"{_service} redirects to {redirect.Target}. The redirect was not followed, because the key belongs to "
                    + $"{connection.BaseUri.Authority}.",
                redirect
            );
        }
        catch (TimeoutException timeout)
        {
            throw Failure(CallFailure.Timeout, $"{_service} did not respond in time. {timeout.Message}", timeout);
        }
        catch (InvalidDataException unreadable)
        {
            throw Failure(CallFailure.InvalidResponse, $"The response from {_service} cannot be read. {unreadable.Message}", unreadable);
        }
        catch (HttpRequestException unreachable)
        {
            throw Unreachable(unreachable);
        }

        ServiceException Failure(CallFailure cause, string message, Exception inner) =>
            new(_service, cause, message, inner) { Attempts = request.Attempts() };

        ServiceException Unreachable(HttpRequestException exception)
        {
            var reason = connection.ApiKey.Redact((exception.InnerException ?? exception).Message);
            return IsHostNotFound(exception)
                ? Failure(CallFailure.WrongBaseUri, $"The host {connection.BaseUri.Host} does not exist: {reason}", exception)
                : Failure(CallFailure.Unreachable, $"{_service} cannot be reached at {connection.BaseUri.Authority}: {reason}", exception);
        }
    }

    private static Task<byte[]> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content is BufferedContent buffered)
        {
            return Task.FromResult(buffered.Bytes);
        }

#if NET
        return response.Content.ReadAsByteArrayAsync(cancellationToken);
#else
        cancellationToken.ThrowIfCancellationRequested();
        return response.Content.ReadAsByteArrayAsync();
#endif
    }

    private static bool IsHostNotFound(HttpRequestException exception)
    {
#if NET
        return exception.HttpRequestError == HttpRequestError.NameResolutionError;
#else
        return exception.InnerException is System.Net.WebException { Status: System.Net.WebExceptionStatus.NameResolutionFailure };
#endif
    }

    /// <summary>The edge of Pxxl adds x-request-id to every response, including error responses.</summary>
    internal static string? GetRequestId(HttpResponseMessage response, HttpClientSettings settings) =>
        response.Headers.TryGetValues("x-request-id", out var values) ? settings.Redact(string.Join(",", values), 80) : null;
}
