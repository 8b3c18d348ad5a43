using System.Net;
using PxxlPeriscope.Http;
using PxxlPeriscope.Watching;

namespace PxxlPeriscope.Tests.Watching;

/// <summary>Whether an address responds.</summary>
public sealed class HealthCheckTests
{
    private const string Address = "https://user:passwordSECRET@shop.example/health?token=tokenSECRET";

    [Fact]
    public async Task An_address_that_answers_2xx_is_well_and_gets_no_key()
    {
        var end = new StubHandler(
            (request, _) =>
            {
                Assert.Equal((HttpMethod.Get, "/health?token=tokenSECRET"), (request.Method, request.RequestUri!.PathAndQuery));
                Assert.Null(request.Headers.Authorization);
                return Task.FromResult(StubHandler.CreateResponse(string.Empty, HttpStatusCode.NoContent));
            }
        );
        using var check = Above(end, settings => settings with { ApiKey = Secret.From("pxxl_test_key") });

        Assert.Null(await check.CheckAsync(SandboxFixture.Ct));
        Assert.Equal(1, end.Requests);
    }

    [Fact]
    public async Task A_failing_address_is_reported_without_user_and_query_and_requested_once()
    {
        var end = StubHandler.ReturningInOrder(
            () => StubHandler.CreateResponse("down", HttpStatusCode.ServiceUnavailable),
            () => StubHandler.CreateResponse("ok")
        );
        using var check = Above(end);

        Assert.Equal("https://shop.example/health responds with 503", await check.CheckAsync(SandboxFixture.Ct));
        Assert.Equal(1, end.Requests);
        Assert.Null(await check.CheckAsync(SandboxFixture.Ct));
    }

    [Fact]
    public async Task A_redirect_within_the_host_is_followed()
    {
        var end = StubHandler.ReturningInOrder(() => To("/health/"), () => StubHandler.CreateResponse("ok"));
        using var check = Above(end);

        Assert.Null(await check.CheckAsync(SandboxFixture.Ct));
        Assert.Equal(2, end.Requests);
    }

    [Fact]
    public async Task A_redirect_to_another_host_is_named_and_not_followed()
    {
        var end = StubHandler.ReturningInOrder(() => To("https://login.example/?return=tokenSECRET"));
        using var check = Above(end);

        Assert.Equal(
            "https://shop.example/health redirects to https://login.example; specify that address instead",
            await check.CheckAsync(SandboxFixture.Ct)
        );
        Assert.Equal(1, end.Requests);
    }

    [Fact]
    public async Task A_failed_connection_is_a_result_and_not_an_error()
    {
        var end = new StubHandler((_, _) => throw new HttpRequestException("Connection refused"));
        using var check = Above(end);

        Assert.Equal("https://shop.example/health cannot be reached: Connection refused", await check.CheckAsync(SandboxFixture.Ct));
    }

    [Fact]
    public async Task One_that_is_silent_is_given_up_in_the_end()
    {
        var end = new StubHandler(
            async (_, cancellationToken) =>
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return StubHandler.CreateResponse("never");
            }
        );
        using var check = Above(end, settings => settings with { AttemptTimeout = TimeSpan.FromSeconds(10) });

        Assert.Equal("https://shop.example/health does not respond", await check.CheckAsync(SandboxFixture.Ct));
    }

    [Fact]
    public async Task It_can_be_ended()
    {
        using var stop = new CancellationTokenSource();
        var end = new StubHandler(
            async (_, cancellationToken) =>
            {
                await stop.CancelAsync();
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return StubHandler.CreateResponse("never");
            }
        );
        using var check = Above(end);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => check.CheckAsync(stop.Token));
    }

    [Theory]
    [InlineData("ftp://user:passwordSECRET@shop.example/", "starts with ftp:")]
    [InlineData("file:///etc/passwd", "starts with file:")]
    [InlineData("shop.example/health?token=tokenSECRET", "is not absolute")]
    public void An_unusable_address_is_rejected_and_not_quoted(string address, string why)
    {
        var refused = Assert.Throws<ServiceException>(() =>
            new HealthCheck(new Uri(address, UriKind.RelativeOrAbsolute), ResilientHttpClientSource.Open)
        );

        Assert.Equal("PxxlInvalidRequest", refused.ErrorId);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", refused.Message, StringComparison.Ordinal);
    }

    private static HttpResponseMessage To(string location) =>
        new(HttpStatusCode.Found) { Headers = { Location = new Uri(location, UriKind.RelativeOrAbsolute) } };

    private static HealthCheck Above(StubHandler end, Func<HttpClientSettings, HttpClientSettings>? adjust = null)
    {
        return new(
            new Uri(Address),
            settings => new ResilientHttpClientSource(settings, () => end),
            settings =>
                Adjusted(
                    settings with
                    {
                        TimeProvider = new AutoAdvancingClock(),
                        AttemptTimeout = SandboxFixture.AttemptTimeout,
                        CallTimeout = TimeSpan.FromHours(24),
                    }
                )
        );

        HttpClientSettings Adjusted(HttpClientSettings settings)
        {
            Assert.Equal(0, settings.MaximumRetryCount);
            return adjust?.Invoke(settings) ?? settings;
        }
    }
}
