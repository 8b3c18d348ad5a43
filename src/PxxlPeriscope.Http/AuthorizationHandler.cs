using System.Net.Http.Headers;

namespace PxxlPeriscope.Http;

/// <summary>Adds the key, and only to a request for the origin that it was given for.</summary>
internal sealed class AuthorizationHandler(HttpClientSettings settings) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!SameHostRedirectHandler.IsSameOrigin(request.RequestUri!, settings.BaseUri))
        {
            throw new RedirectRefusedException(request.RequestUri!.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped));
        }

        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", settings.ApiKey.Reveal());
        return base.SendAsync(request, cancellationToken);
    }
}
