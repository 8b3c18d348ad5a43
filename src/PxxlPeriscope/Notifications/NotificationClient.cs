using System.Net.Http.Headers;
using PxxlPeriscope.Http;

namespace PxxlPeriscope.Notifications;

/// <summary>
/// Tells a chat, or a program at some address, what happened; one message per notification, in the order of the calls. It carries
/// no key of ours. A message that may not have arrived is sent again, so that one can come twice: a lost alert is worse.
/// </summary>
public sealed class NotificationClient : IDisposable
{
    /// <summary>What the older webhooks of Teams answer beside HTTP 200 where nothing was delivered.</summary>
    private const string TeamsFailureText = "message delivery failed";

    private readonly NotificationAddress _address;
    private readonly HttpClientSettings _settings;
    private readonly CallLog _log;
    private readonly Lazy<IHttpClientSource> _source;

    /// <summary>Makes a client; no connection is opened.</summary>
    /// <param name="address">Where it goes.</param>
    /// <param name="createSource">Opens the resilient HttpClient.</param>
    /// <param name="configure">Changes limits and retries. What concerns the address and the key stays as it is.</param>
    /// <param name="log">Where it tells what it does; never with the address.</param>
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
            // An answer is a few words; nothing but its beginning is ever looked at.
            MaximumBodyBytes = 1024 * 1024,
            RetriedStatusCodes = [408, 429, 500, 502, 503, 504],
        };
        _settings = (configure?.Invoke(settings) ?? settings) with { BaseUri = address.Uri, ApiKey = null, SecretAddress = address.Secret };
        _source = new Lazy<IHttpClientSource>(() => createSource(_settings));
    }

    /// <summary>Sends one notification, and gives how often it was sent until it was taken.</summary>
    /// <exception cref="ServiceException"><see cref="CallFailure.NotificationFailed"/>, with the status where there was an answer.</exception>
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
            // It said that it took the message; of what else it had to say nothing is needed.
            return request.Attempts();
        }
        catch (RedirectRefusedException exception)
        {
            throw CreateException(
                request,
                $"redirects to {exception.Target}. That was not followed: it may not be meant to see what is sent",
                exception
            );
        }
        catch (TimeoutException exception)
        {
            throw CreateException(request, $"did not answer in time. {exception.Message} It may have arrived all the same", exception);
        }
        catch (InvalidDataException exception)
        {
            throw CreateException(
                request,
                $"gave an answer that cannot be read. {exception.Message} It may have arrived all the same",
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

    /// <summary>Gives the handlers back.</summary>
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
        var messageText = responseText is null ? string.Empty : $". It says: {_settings.Redact(responseText, 200).TrimEnd('.')}";
        return new ServiceException(
            ServiceName.Pxxl,
            CallFailure.NotificationFailed,
            FormatMessage($"did not take the notification (HTTP {(int)response.StatusCode}){messageText}")
        )
        {
            StatusCode = (int)response.StatusCode,
            RetryAfter = ErrorResponse.GetRetryAfter(response, _settings.TimeProvider.GetUtcNow()),
            Attempts = request.Attempts(),
        };
    }

    private ServiceException CreateException(HttpRequestMessage request, string problem, Exception inner) =>
        // An inner exception is shown with its own words, which cannot be changed.
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
