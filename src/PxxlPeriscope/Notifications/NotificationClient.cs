using System.Net.Http.Headers;

namespace PxxlPeriscope;

/// <summary>
/// Tells a chat, or a program at some address, what happened; one message per notification, in the order of the calls. It carries
/// no key of ours. A message that may not have arrived is sent again, so that one can come twice: a lost alert is worse.
/// </summary>
public sealed class NotificationClient : IDisposable
{
    /// <summary>What the older webhooks of Teams answer beside HTTP 200 where nothing was delivered.</summary>
    private const string TeamsFailure = "message delivery failed";

    private readonly NotificationAddress _address;
    private readonly HttpClientSettings _settings;
    private readonly CallLog _log;
    private readonly Lazy<IHttpClientSource> _source;

    /// <summary>Makes a client; no connection is opened.</summary>
    /// <param name="address">Where it goes.</param>
    /// <param name="open">Opens the resilient HttpClient.</param>
    /// <param name="adjust">Changes limits and retries. What concerns the address and the key stays as it is.</param>
    /// <param name="log">Where it tells what it does; never with the address.</param>
    public NotificationClient(
        NotificationAddress address,
        Func<HttpClientSettings, IHttpClientSource> open,
        Func<HttpClientSettings, HttpClientSettings>? adjust = null,
        CallLog? log = null)
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
        _settings = (adjust?.Invoke(settings) ?? settings) with { BaseUri = address.Uri, ApiKey = null, SecretAddress = address.Secret };
        _source = new Lazy<IHttpClientSource>(() => open(_settings));
    }

    /// <summary>Sends one notification, and gives how often it was sent until it was taken.</summary>
    /// <exception cref="ServiceException"><see cref="FailureCause.NotificationFailed"/>, with the status where there was an answer.</exception>
    public async Task<int> SendAsync(Notification notification, NotificationFormat format, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _address.Uri)
        {
            Content = new ByteArrayContent(NotificationPayload.Write(notification, format)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Mark(_log, repeatable: true);
        try
        {
            using var response = await _source.Value.CreateClient().SendAsync(request, cancellationToken).ConfigureAwait(false);
            var words = FailedReply.Words(response, await BytesAsync(response).ConfigureAwait(false));
            var isDelivered = response.IsSuccessStatusCode && words?.IndexOf(TeamsFailure, StringComparison.OrdinalIgnoreCase) is not >= 0;
            return isDelivered ? request.Attempts() : throw Refused(request, response, words);
        }
        catch (CutShortException cut) when (cut.Status is >= 200 and < 300)
        {
            // It said that it took the message; of what else it had to say nothing is needed.
            return request.Attempts();
        }
        catch (RedirectRefusedException redirect)
        {
            throw Failure(request, $"redirects to {redirect.Target}. That was not followed: it may not be meant to see what is sent", redirect);
        }
        catch (TimeoutException timeout)
        {
            throw Failure(request, $"did not answer in time. {timeout.Message} It may have arrived all the same", timeout);
        }
        catch (InvalidDataException unreadable)
        {
            throw Failure(request, $"gave an answer that cannot be read. {unreadable.Message} It may have arrived all the same", unreadable);
        }
        catch (HttpRequestException unreachable)
        {
            throw Failure(request, $"cannot be reached: {_settings.Show((unreachable.InnerException ?? unreachable).Message, 200)}", unreachable);
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

    private static Task<byte[]> BytesAsync(HttpResponseMessage response) =>
        response.Content is BufferedContent buffered ? Task.FromResult(buffered.Bytes) : response.Content.ReadAsByteArrayAsync();

    private ServiceException Refused(HttpRequestMessage request, HttpResponseMessage response, string? words)
    {
        var said = words is null ? string.Empty : $". It says: {_settings.Show(words, 200).TrimEnd('.')}";
        return new ServiceException(ServiceName.Pxxl, FailureCause.NotificationFailed, Message($"did not take the notification (HTTP {(int)response.StatusCode}){said}"))
        {
            StatusCode = (int)response.StatusCode,
            RetryAfter = FailedReply.WaitAsked(response, _settings.TimeProvider.GetUtcNow()),
            Attempts = request.Attempts(),
        };
    }

    private ServiceException Failure(HttpRequestMessage request, string problem, Exception inner) =>
        // An inner exception is shown with its own words, which cannot be changed.
        new(ServiceName.Pxxl, FailureCause.NotificationFailed, Message(problem), inner.ToString() is var all && _settings.RedactFrom(all) == all ? inner : null)
        {
            Attempts = request.Attempts(),
        };

    private string Message(string problem) => $"{_address} {problem}.";
}
