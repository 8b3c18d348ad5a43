using PxxlPeriscope.Http;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Watching;

/// <summary>Checks whether an address responds, one request at a time and without a key.</summary>
internal sealed class HealthCheck : IDisposable
{
    private readonly Uri _address;
    private readonly HttpClientSettings _settings;
    private readonly Lazy<IHttpClientSource> _source;

    /// <param name="address">The http or https address.</param>
    /// <param name="createSource">Opens the HttpClient.</param>
    /// <param name="configure">Changes the settings, such as the user agent.</param>
    /// <exception cref="ServiceException">The address cannot be checked.</exception>
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
                // The address itself is not shown, because it can contain a password.
                $"The address to wait for {(address.IsAbsoluteUri ? $"starts with {address.Scheme}:" : "is not absolute")}. "
                    + "Specify an address that starts with https:// or http://."
            );
        }

        _address = address;
        // No retries: the caller checks again anyway.
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

    /// <summary>Without the user name and query, which may contain keys.</summary>
    private string DisplayName => _address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    /// <returns>Null if the address responds with 2xx; otherwise a description of the problem.</returns>
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
            return response.IsSuccessStatusCode ? null : $"{DisplayName} responds with {(int)response.StatusCode}";
        }
        catch (RedirectRefusedException exception)
        {
            return $"{DisplayName} redirects to {exception.Target}; specify that address instead";
        }
        catch (IncompleteResponseException)
        {
            return $"{DisplayName} closes the connection before the response is complete";
        }
        catch (TimeoutException)
        {
            return $"{DisplayName} does not respond";
        }
        catch (InvalidDataException exception)
        {
            return $"{DisplayName} returns a response that cannot be read: {Printable.ToSingleLine(exception.Message, 100)}";
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
