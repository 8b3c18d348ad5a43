namespace PxxlPeriscope;

/// <summary>Sends one request and gives its 2xx answer, or a <see cref="ServiceException"/> for everything else.</summary>
internal sealed class ServiceCaller(ServiceConnection connection, CallLog log)
{
    private readonly ServiceName _service = connection.Service;

    /// <param name="request">With a URI relative to the connection's base.</param>
    /// <param name="repeatable">Whether sending it twice has the effect of sending it once.</param>
    /// <param name="cancellationToken">Ends the request or the wait in flight.</param>
    internal async Task<JsonReply> SendAsync(HttpRequestMessage request, bool repeatable, CancellationToken cancellationToken)
    {
        request.Mark(log, repeatable);
        try
        {
            // Headers only: the handlers have read the body already, under the time and size limits of the attempt.
            using var response = await connection.CreateClient()
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            var body = await BodyAsync(response, cancellationToken).ConfigureAwait(false);
            return response.IsSuccessStatusCode
                ? new JsonReply(connection, (int)response.StatusCode, body, RequestId(response, connection.Settings), request.Attempts(), request.IsConfidential())
                : throw FailedReply.Read(connection, request, response, body);
        }
        catch (CutShortException cut)
        {
            throw JsonReply.InvalidResponse(connection, "broke off before its end", request.IsConfidential() ? [] : cut.Beginning, cut.Status, null, request.Attempts(), cut);
        }
        catch (RedirectRefusedException redirect)
        {
            throw Failure(
                FailureCause.RedirectRefused,
                $"{_service} redirects to {redirect.Target}. That was not followed: the key was given for {connection.BaseUri.Authority}.",
                redirect);
        }
        catch (TimeoutException timeout)
        {
            throw Failure(FailureCause.Timeout, $"{_service} did not answer in time. {timeout.Message}", timeout);
        }
        catch (InvalidDataException unreadable)
        {
            throw Failure(FailureCause.InvalidResponse, $"The answer of {_service} cannot be read. {unreadable.Message}", unreadable);
        }
        catch (HttpRequestException unreachable)
        {
            throw Unreachable(unreachable);
        }

        ServiceException Failure(FailureCause cause, string message, Exception inner) =>
            new(_service, cause, message, inner) { Attempts = request.Attempts() };

        ServiceException Unreachable(HttpRequestException exception)
        {
            var reason = connection.ApiKey.RedactFrom((exception.InnerException ?? exception).Message);
            return NoSuchHost(exception)
                ? Failure(FailureCause.WrongBaseUri, $"The host {connection.BaseUri.Host} does not exist: {reason}", exception)
                : Failure(FailureCause.Unreachable, $"{_service} cannot be reached at {connection.BaseUri.Authority}: {reason}", exception);
        }
    }

    private static Task<byte[]> BodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
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

    private static bool NoSuchHost(HttpRequestException exception)
    {
#if NET
        return exception.HttpRequestError == HttpRequestError.NameResolutionError;
#else
        return exception.InnerException is System.Net.WebException { Status: System.Net.WebExceptionStatus.NameResolutionFailure };
#endif
    }

    /// <summary>Pxxl's edge puts x-request-id on every answer, the faulty ones too.</summary>
    internal static string? RequestId(HttpResponseMessage response, HttpClientSettings settings) =>
        response.Headers.TryGetValues("x-request-id", out var values) ? settings.Show(string.Join(",", values), 80) : null;
}
