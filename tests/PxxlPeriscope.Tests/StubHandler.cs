using System.Net;
using System.Text;

namespace PxxlPeriscope.Tests;

/// <summary>The end of a handler chain where a socket would be: answers each request by a function, and counts.</summary>
internal sealed class StubHandler(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
{
    private int _requests;

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Gives the same answer to every request.</summary>
    public static StubHandler Returning(string body, HttpStatusCode status = HttpStatusCode.OK, string type = "application/json") =>
        new((_, _) => Task.FromResult(CreateResponse(body, status, type)));

    /// <summary>Gives the answers one after the other, and the last for ever.</summary>
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
