using PxxlPeriscope.Connections;

namespace PxxlPeriscope.Http;

/// <summary>Sends one request and gives its 2xx answer, or a <see cref="ServiceException"/> for everything else.</summary>
internal sealed class ApiClient(ServiceConnection connection, CallLog log)
{
    private readonly ServiceName _service = connection.Service;

    /// <param name="request">With a URI relative to the connection's base.</param>
    /// <param name="isIdempotent">Whether sending it twice has the effect of sending it once.</param>
    /// <param name="cancellationToken">Ends the request or the wait in flight.</param>
    internal async Task<ApiResponse> SendAsync(HttpRequestMessage request, bool isIdempotent, CancellationToken cancellationToken)
    {
        request.SetOptions(log, isIdempotent);
        try
        {
            // Headers only: the handlers have read the body already, under the time and size limits of the attempt.
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
                "broke off before its end",
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
                $"{_service} redirects to {redirect.Target}. That was not followed: the key was given for {connection.BaseUri.Authority}.",
                redirect
            );
        }
        catch (TimeoutException timeout)
        {
            throw Failure(CallFailure.Timeout, $"{_service} did not answer in time. {timeout.Message}", timeout);
        }
        catch (InvalidDataException unreadable)
        {
            throw Failure(CallFailure.InvalidResponse, $"The answer of {_service} cannot be read. {unreadable.Message}", unreadable);
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

    /// <summary>Pxxl's edge puts x-request-id on every answer, the faulty ones too.</summary>
    internal static string? GetRequestId(HttpResponseMessage response, HttpClientSettings settings) =>
        response.Headers.TryGetValues("x-request-id", out var values) ? settings.Redact(string.Join(",", values), 80) : null;
}
