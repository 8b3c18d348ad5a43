using System.Net;
using PxxlPeriscope.Http;
using PxxlPeriscope.Notifications;
using PxxlPeriscope.Sandbox.Faults;

namespace PxxlPeriscope.Tests.Notifications;

/// <summary>How a notification is delivered, and what is never sent with it.</summary>
public sealed class NotificationClientTests
{
    private const string Token = "T0SECRET/B0SECRET/tokenSECRET";

    private static readonly Notification News = Notification.Of(NotificationTextTests.Failed);

    [Fact]
    public async Task A_notification_is_posted_as_JSON_and_carries_no_key()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        using var client = Client(fixture);

        var attempts = await client.SendAsync(News, NotificationFormat.Slack, SandboxFixture.Ct);

        var taken = Assert.Single(fixture.Sandbox.Notifications.All);
        Assert.Equal((1, $"/chat/{Token}", "application/json", false), (attempts, taken.Path, taken.ContentType, taken.HasAuthorization));
        Assert.Contains("checkout-api failed", taken.Body, StringComparison.Ordinal);
        Assert.False(Assert.Single(fixture.Sandbox.Requests).HasAuthorization);
    }

    [Fact]
    public async Task Not_even_settings_with_a_key_make_it_carry_one()
    {
        var end = new StubHandler(
            (request, _) =>
            {
                Assert.Null(request.Headers.Authorization);
                Assert.DoesNotContain("pxxl_test", request.ToString(), StringComparison.Ordinal);
                return Task.FromResult(StubHandler.CreateResponse("ok"));
            }
        );
        using var client = Above(end, settings => settings with { ApiKey = Secret.From("pxxl_test_key"), SecretAddress = null });

        await client.SendAsync(News, NotificationFormat.Slack, SandboxFixture.Ct);

        Assert.Equal(1, end.Requests);
    }

    [Theory]
    [InlineData(FaultKind.TooManyRequestsSeconds)]
    [InlineData(FaultKind.ServerError500)]
    [InlineData(FaultKind.BadGateway502)]
    [InlineData(FaultKind.Unavailable503RetryAfter)]
    [InlineData(FaultKind.GatewayTimeout504)]
    [InlineData(FaultKind.ResetBeforeResponse)]
    public async Task A_message_that_may_not_have_arrived_is_sent_again(FaultKind kind)
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(kind, times: 2);
        using var client = Client(fixture);

        Assert.Equal(3, await client.SendAsync(News, NotificationFormat.Json, SandboxFixture.Ct));

        Assert.Single(fixture.Sandbox.Notifications.All);
        Assert.Equal(0, fixture.Sandbox.RetriedTooEarly);
    }

    [Fact]
    public async Task A_message_whose_answer_was_lost_comes_twice_rather_than_never()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(FaultKind.ResetAfterStored, times: 1);
        using var client = Client(fixture);

        await client.SendAsync(News, NotificationFormat.Json, SandboxFixture.Ct);

        Assert.Equal(2, fixture.Sandbox.Notifications.All.Count);
    }

    [Fact]
    public async Task A_revoked_address_is_an_immediate_error_with_the_message_of_the_chat()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        using var client = Client(fixture, "gone/tokenSECRET");

        var failure = await Assert.ThrowsAsync<ServiceException>(() => client.SendAsync(News, NotificationFormat.Slack, SandboxFixture.Ct));

        Assert.Equal(("PxxlNotificationFailed", 404, 1), (failure.ErrorId, failure.StatusCode, failure.Attempts));
        Assert.EndsWith(
            "/*** did not accept the notification (HTTP 404). Service message: no_service.",
            failure.Message,
            StringComparison.Ordinal
        );
        Assert.False(failure.IsFatal);
        Assert.Single(fixture.Sandbox.Requests);
    }

    [Fact]
    public async Task A_wait_that_is_too_long_is_reported()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(FaultKind.TooManyRequestsSeconds, retryAfterSeconds: 3600);
        using var client = Client(fixture);

        var failure = await Assert.ThrowsAsync<ServiceException>(() => client.SendAsync(News, NotificationFormat.Json, SandboxFixture.Ct));

        Assert.Equal((429, TimeSpan.FromHours(1)), (failure.StatusCode, failure.RetryAfter));
    }

    [Theory]
    [InlineData(FaultKind.RedirectOtherHost)]
    [InlineData(FaultKind.RedirectSameHost)]
    public async Task No_redirect_is_followed(FaultKind kind)
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(kind);
        using var client = Client(fixture);

        var failure = await Assert.ThrowsAsync<ServiceException>(() => client.SendAsync(News, NotificationFormat.Json, SandboxFixture.Ct));

        Assert.Contains("not followed", failure.Message, StringComparison.Ordinal);
        Assert.Single(fixture.Sandbox.Requests);
    }

    [Fact]
    public async Task A_failure_text_of_older_Teams_webhooks_with_status_200_is_a_failure()
    {
        using var client = Above(
            StubHandler.Returning(
                "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 413 with ContextId tcid=0",
                type: "text/plain"
            )
        );

        var failure = await Assert.ThrowsAsync<ServiceException>(() => client.SendAsync(News, NotificationFormat.Teams, SandboxFixture.Ct));

        Assert.Contains("HTTP error 413", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpStatusCode.OK, "1", "text/plain")]
    [InlineData(HttpStatusCode.Accepted, "", "text/plain")]
    [InlineData(HttpStatusCode.NoContent, "", "text/plain")]
    [InlineData(HttpStatusCode.OK, "<p>thanks</p>", "text/html")]
    [InlineData(HttpStatusCode.OK, "{\"message\":\"queued\"}", "application/json")]
    [InlineData(HttpStatusCode.OK, "{\"broken", "application/json")]
    public async Task Every_other_2xx_response_is_a_success_whatever_its_text(HttpStatusCode status, string body, string type)
    {
        using var client = Above(StubHandler.Returning(body, status, type));

        Assert.Equal(1, await client.SendAsync(News, NotificationFormat.Teams, SandboxFixture.Ct));
    }

    private static readonly FaultKind[] Silent = [FaultKind.StallBeforeHeaders, FaultKind.StallInBody, FaultKind.HeldUntilCleared];

    public static TheoryData<FaultKind> Faults => [.. Enum.GetValues<FaultKind>().Except(Silent)];

    public static TheoryData<FaultKind> Silences => [.. Silent];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task The_address_appears_nowhere_whatever_goes_wrong(FaultKind kind)
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(kind, retryAfterSeconds: 7);
        using var client = Client(fixture, Token + "?sig=querySECRET");

        var failure = await Record.ExceptionAsync(() => client.SendAsync(News, NotificationFormat.Json, SandboxFixture.Ct));

        AssertNoAddressIsShown(fixture, failure);
    }

    [Theory]
    [MemberData(nameof(Silences))]
    public async Task The_address_of_an_unreachable_host_appears_nowhere(FaultKind kind)
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(kind);
        using var client = Client(fixture, Token + "?sig=querySECRET", retries: 0);

        var sending = client.SendAsync(News, NotificationFormat.Json, SandboxFixture.Ct);
        await fixture.TimeOutAttemptAsync(requests: 1);
        var failure = await Assert.ThrowsAsync<ServiceException>(() => sending);

        Assert.Contains("did not respond in time", failure.Message, StringComparison.Ordinal);
        AssertNoAddressIsShown(fixture, failure);
    }

    [Theory]
    [InlineData("https://chat.example/services/T0SECRET/B0SECRET/tokenSECRET is unknown")]
    [InlineData("no service at /services/T0SECRET/B0SECRET/tokenSECRET")]
    [InlineData("invalid token: tokenSECRET")]
    [InlineData("{\"message\":\"sig query/SECRET= is wrong\"}")]
    [InlineData("{\"message\":\"sig query%2FSECRET%3D is wrong\"}")]
    public async Task A_chat_that_repeats_the_address_does_not_bring_it_to_the_screen(string words)
    {
        using var client = Above(StubHandler.Returning(words, HttpStatusCode.Forbidden, "text/plain"));

        var failure = await Assert.ThrowsAsync<ServiceException>(() => client.SendAsync(News, NotificationFormat.Json, SandboxFixture.Ct));

        Assert.DoesNotContain("SECRET", failure.ToString(), StringComparison.Ordinal);
        Assert.Contains("***", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_of_the_network_that_repeats_the_address_does_not_either()
    {
        var calls = new List<HttpExchange>();
        var end = new StubHandler((request, _) => throw new HttpRequestException($"cannot send to {request.RequestUri}"));
        using var client = Above(end, settings => settings with { MaximumRetryCount = 0 }, new CallLog { Exchange = calls.Add });

        var failure = await Assert.ThrowsAsync<ServiceException>(() => client.SendAsync(News, NotificationFormat.Json, SandboxFixture.Ct));

        Assert.DoesNotContain("SECRET", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", Assert.Single(calls).ToString(), StringComparison.Ordinal);
    }

    private static void AssertNoAddressIsShown(SandboxFixture fixture, Exception? failure)
    {
        string[] shown = [$"{failure}", .. fixture.Calls.Select(call => call.ToString()), .. fixture.Warnings];
        Assert.NotEmpty(fixture.Calls);
        Assert.All(fixture.Calls, call => Assert.Equal("/***", call.Path));
        Assert.All(shown, text => Assert.DoesNotContain("SECRET", text, StringComparison.Ordinal));
    }

    private static NotificationClient Client(SandboxFixture fixture, string token = Token, int? retries = null) =>
        new(
            NotificationAddress.From(new Uri(fixture.Sandbox.ChatUri, token).AbsoluteUri),
            ResilientHttpClientSource.Open,
            settings =>
                settings with
                {
                    NoProxy = true,
                    TimeProvider = fixture.Clock,
                    AttemptTimeout = SandboxFixture.AttemptTimeout,
                    CallTimeout = TimeSpan.FromHours(24),
                    MaximumRetryCount = retries ?? settings.MaximumRetryCount,
                },
            fixture.Log
        );

    private static NotificationClient Above(
        HttpMessageHandler end,
        Func<HttpClientSettings, HttpClientSettings>? adjust = null,
        CallLog? log = null
    ) =>
        new(
            NotificationAddress.From("https://chat.example/services/T0SECRET/B0SECRET/tokenSECRET?sig=query%2FSECRET%3D"),
            settings => new ResilientHttpClientSource(settings, () => end),
            settings =>
                (adjust ?? (same => same))(
                    settings with
                    {
                        TimeProvider = new AutoAdvancingClock(),
                        AttemptTimeout = SandboxFixture.AttemptTimeout,
                        CallTimeout = TimeSpan.FromHours(24),
                    }
                ),
            log
        );
}
