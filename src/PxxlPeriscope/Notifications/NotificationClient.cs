using System.Net.Http.Headers;
using PxxlPeriscope.Http;

namespace PxxlPeriscope.Notifications;

/// <summary>
/// Sends notifications to a chat or a program, one message per notification, in the order of the calls. No API key is sent. A message that
/// may not have arrived is sent again, so a message can arrive twice: losing an alert would be worse.
/// </summary>
internal sealed class NotificationClient : IDisposable
{
    /// <summary>The text that older Teams webhooks return with HTTP 200 if nothing was delivered.</summary>
    private const string TeamsFailureText = "message delivery failed";

    private readonly NotificationAddress _address;
    private readonly HttpClientSettings _settings;
    private readonly CallLog _log;
    private readonly Lazy<IHttpClientSource> _source;

    /// <summary>Creates a client. No connection is opened.</summary>
    /// <param name="address">The address to send to.</param>
    /// <param name="createSource">Opens the resilient HttpClient.</param>
    /// <param name="configure">Changes limits and retries. Changes to the address and the key are ignored.</param>
    /// <param name="log">Receives log messages, which never contain the address.</param>
    public NotificationClient(
        NotificationAddress address,
        Func<HttpClientSettings, IHttpClientSource> createSource,
        Func<HttpClientSettings, HttpClientSettings>? configure = null,
        CallLog? log = null
    )
    {
        _address = address;
        _log = log ?? CallLog.None;
        var settings = new HttpClientSettings
        {
            BaseUri = address.Uri,
            ApiKey = null,
            // A response is short, and only its beginning is used.
            MaximumBodyBytes = 1024 * 1024,
            RetriedStatusCodes = [408, 429, 500, 502, 503, 504],
        };
        _settings = (configure?.Invoke(settings) ?? settings) with { BaseUri = address.Uri, ApiKey = null, SecretAddress = address.Secret };
        _source = new Lazy<IHttpClientSource>(() => createSource(_settings));
    }

    /// <summary>Sends a notification and returns the number of attempts.</summary>
    /// <exception cref="ServiceException"><see cref="CallFailure.NotificationFailed"/>, with the HTTP status if there was a
    /// response.</exception>
    public async Task<int> SendAsync(Notification notification, NotificationFormat format, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _address.Uri)
        {
            Content = new ByteArrayContent(NotificationPayload.Write(notification, format)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.SetOptions(_log, isIdempotent: true);
        try
        {
            using var response = await _source.Value.CreateClient().SendAsync(request, cancellationToken).ConfigureAwait(false);
            var responseText = ErrorResponse.ReadMessage(response, await ReadBodyAsync(response).ConfigureAwait(false));
            var isDelivered =
                response.IsSuccessStatusCode && responseText?.IndexOf(TeamsFailureText, StringComparison.OrdinalIgnoreCase) is not >= 0;
            return isDelivered ? request.Attempts() : throw CreateRejectedException(request, response, responseText);
        }
        catch (IncompleteResponseException exception) when (exception.Status is >= 200 and < 300)
        {
            // The status says that the message was accepted; the incomplete body is not needed.
            return request.Attempts();
        }
        catch (RedirectRefusedException exception)
        {
            throw CreateException(
                request,
                $"redirects to {exception.Target}. The redirect was not followed, "
                    + "because that host may not be intended to receive the notification",
                exception
            );
        }
        catch (TimeoutException exception)
        {
            throw CreateException(request, $"did not respond in time. {exception.Message} The notification may have arrived", exception);
        }
        catch (InvalidDataException exception)
        {
            throw CreateException(
                request,
                $"returned a response that cannot be read. {exception.Message} The notification may have arrived",
                exception
            );
        }
        catch (HttpRequestException exception)
        {
            throw CreateException(
                request,
                $"cannot be reached: {_settings.Redact((exception.InnerException ?? exception).Message, 200)}",
                exception
            );
        }
    }

    /// <summary>Releases the handlers.</summary>
    public void Dispose()
    {
        if (_source.IsValueCreated)
        {
            _source.Value.Dispose();
        }
    }

    private static Task<byte[]> ReadBodyAsync(HttpResponseMessage response) =>
        response.Content is BufferedContent buffered ? Task.FromResult(buffered.Bytes) : response.Content.ReadAsByteArrayAsync();

    private ServiceException CreateRejectedException(HttpRequestMessage request, HttpResponseMessage response, string? responseText)
    {
        var messageText = responseText is null ? string.Empty : $". Service message: {_settings.Redact(responseText, 200).TrimEnd('.')}";
        return new ServiceException(
            ServiceName.Pxxl,
            CallFailure.NotificationFailed,
            FormatMessage($"did not accept the notification (HTTP {(int)response.StatusCode}){messageText}")
        )
        {
            StatusCode = (int)response.StatusCode,
            RetryAfter = ErrorResponse.GetRetryAfter(response, _settings.TimeProvider.GetUtcNow()),
            Attempts = request.Attempts(),
        };
    }

    private ServiceException CreateException(HttpRequestMessage request, string problem, Exception inner) =>
        // The message of an inner exception is shown too, and cannot be redacted.
        new(
            ServiceName.Pxxl,
            CallFailure.NotificationFailed,
            FormatMessage(problem),
            inner.ToString() is var all && _settings.Redact(all) == all ? inner : null
        )
        {
            Attempts = request.Attempts(),
        };

    private string FormatMessage(string problem) => $"{_address} {problem}.";
}
