using System.Net;

namespace PxxlPeriscope.Http;

/// <summary>
/// Follows redirects of GET requests within the same scheme, host and port. Every other redirect is rejected: the key belongs to one host,
/// and a redirected POST may or may not stay a POST.
/// </summary>
internal sealed class SameHostRedirectHandler : DelegatingHandler
{
    private const int MaxRedirects = 5;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var origin = request.RequestUri!;
        try
        {
            for (var hop = 0; ; hop++)
            {
                var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
                if (ResolveTarget(response, request.RequestUri!) is not { } target)
                {
                    return response;
                }

                response.Dispose();
                if (request.Method != HttpMethod.Get || !IsSameOrigin(target, origin) || hop == MaxRedirects)
                {
                    throw new RedirectRefusedException(target.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped));
                }

                request.RequestUri = target;
            }
        }
        finally
        {
            // A later attempt starts at the original address again.
            request.RequestUri = origin;
        }
    }

    internal static bool IsSameOrigin(Uri left, Uri right) =>
        Uri.Compare(left, right, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;

    private static Uri? ResolveTarget(HttpResponseMessage response, Uri from) =>
        response.StatusCode
            is HttpStatusCode.MovedPermanently
                or HttpStatusCode.Found
                or HttpStatusCode.SeeOther
                or HttpStatusCode.TemporaryRedirect
                or (HttpStatusCode)308
            ? response.Headers.Location is { } location
                ? new Uri(from, location)
                : null
            : null;
}
