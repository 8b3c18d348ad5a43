using System.Text;
using PxxlPeriscope.Sandbox.Control;

namespace PxxlPeriscope.Sandbox.Pxxl.Responses;

/// <summary>
/// The error pages of Pxxl's edge proxy: HTML, never JSON, with the request id. The sandbox uses the same pages for the proxy in
/// front of Periscope.
/// </summary>
internal static class EdgePage
{
    public static Task WriteAsync(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        var page = Encoding.UTF8.GetBytes(Page(status, code, context));
        context.Response.ContentLength = page.Length;
        return context.Response.Body.WriteAsync(page, context.RequestAborted).AsTask();
    }

    private static string Page(int status, string code, HttpContext context) =>
        $"""
            <!doctype html>
            <html lang="en">
            <head><title>{status} | {RequestLog.ServiceOf(context.Request)}</title></head>
            <body>
              <h1>{status}</h1>
              <p class="code">{code}</p>
              <p>Request ID: <code>{RequestId.Of(context)}</code></p>
            </body>
            </html>
            """;
}
