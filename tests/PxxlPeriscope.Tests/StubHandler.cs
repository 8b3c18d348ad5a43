using System.Net;
using System.Text;

namespace PxxlPeriscope.Tests;

/// <summary>Replaces the socket at the end of a handler chain: responds to each request with a function, and counts requests.</summary>
internal sealed class StubHandler(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
{
    private int _requests;

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Sends the same response to every request.</summary>
    public static StubHandler Returning(string body, HttpStatusCode status = HttpStatusCode.OK, string type = "application/json") =>
        new((_, _) => Task.FromResult(CreateResponse(body, status, type)));

    /// <summary>Sends the responses one after another, and then repeats the last one.</summary>
    public static StubHandler ReturningInOrder(params Func<HttpResponseMessage>[] answers)
    {
        var next = 0;
        return new((_, _) => Task.FromResult(answers[Math.Min(next++, answers.Length - 1)]()));
    }

    public static HttpResponseMessage CreateResponse(
        string body,
        HttpStatusCode status = HttpStatusCode.OK,
        string type = "application/json"
    ) => new(status) { Content = new StringContent(body, Encoding.UTF8, type) };

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requests);
        return answer(request, cancellationToken);
    }
}
