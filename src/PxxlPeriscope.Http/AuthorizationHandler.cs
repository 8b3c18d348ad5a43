using System.Net.Http.Headers;

namespace PxxlPeriscope.Http;

/// <summary>Sends requests only to the origin in the settings, and adds the key if there is one.</summary>
internal sealed class AuthorizationHandler(HttpClientSettings settings) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!SameHostRedirectHandler.IsSameOrigin(request.RequestUri!, settings.BaseUri))
        {
            throw new RedirectRefusedException(request.RequestUri!.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped));
        }

        request.Headers.Authorization = settings.ApiKey is { } key ? new AuthenticationHeaderValue("Bearer", key.Reveal()) : null;
        return base.SendAsync(request, cancellationToken);
    }
}
