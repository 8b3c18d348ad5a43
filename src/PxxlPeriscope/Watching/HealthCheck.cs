using PxxlPeriscope.Http;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Watching;

/// <summary>Asks an address whether it answers, once at a time and without any key.</summary>
internal sealed class HealthCheck : IDisposable
{
    private readonly Uri _address;
    private readonly HttpClientSettings _settings;
    private readonly Lazy<IHttpClientSource> _source;

    /// <param name="address">http or https.</param>
    /// <param name="createSource">Opens the HttpClient.</param>
    /// <param name="configure">Changes the settings, such as the name that the address is told.</param>
    /// <exception cref="ServiceException">It is no address that can be asked.</exception>
    internal HealthCheck(
        Uri address,
        Func<HttpClientSettings, IHttpClientSource> createSource,
        Func<HttpClientSettings, HttpClientSettings>? configure = null
    )
    {
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
        {
            throw new ServiceException(
                ServiceName.Pxxl,
                CallFailure.InvalidRequest,
                // Not the address itself: it can hold a password.
                $"The address to wait for {(address.IsAbsoluteUri ? $"begins with {address.Scheme}:" : "is not a whole one")}. Give one that begins with https:// or http://."
            );
        }

        _address = address;
        // Once: whoever waits asks again anyway.
        var settings = new HttpClientSettings
        {
            BaseUri = address,
            ApiKey = null,
            MaximumRetryCount = 0,
            AttemptTimeout = TimeSpan.FromSeconds(10),
        };
        _settings = (configure?.Invoke(settings) ?? settings) with { BaseUri = address, ApiKey = null };
        _source = new Lazy<IHttpClientSource>(() => createSource(_settings));
    }

    /// <summary>Without user name and query, in which keys may be.</summary>
    private string DisplayName => _address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    /// <returns>Null when it answers 2xx; else what it does instead.</returns>
    internal async Task<string?> CheckAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _address);
        request.SetOptions(CallLog.None, isIdempotent: true);
        try
        {
            using var response = await _source
                .Value.CreateClient()
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
                .ConfigureAwait(false);
            return response.IsSuccessStatusCode ? null : $"{DisplayName} answers {(int)response.StatusCode}";
        }
        catch (RedirectRefusedException exception)
        {
            return $"{DisplayName} redirects to {exception.Target}, which is to be given instead";
        }
        catch (IncompleteResponseException)
        {
            return $"{DisplayName} breaks off in the middle of its answer";
        }
        catch (TimeoutException)
        {
            return $"{DisplayName} does not answer";
        }
        catch (InvalidDataException exception)
        {
            return $"{DisplayName} gives an answer that cannot be read: {Printable.ToSingleLine(exception.Message, 100)}";
        }
        catch (HttpRequestException exception)
        {
            return $"{DisplayName} cannot be reached: {Printable.ToSingleLine((exception.InnerException ?? exception).Message, 100)}";
        }
    }

    public void Dispose()
    {
        if (_source.IsValueCreated)
        {
            _source.Value.Dispose();
        }
    }
}
