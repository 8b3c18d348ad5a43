using System.Net.Http.Headers;

namespace PxxlPeriscope.Http;

/// <summary>Lets through only what is for the one origin of the settings, and adds the key where there is one.</summary>
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
