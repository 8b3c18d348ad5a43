using System.Net;
using PxxlPeriscope.Http;
using PxxlPeriscope.Sandbox.Faults;

namespace PxxlPeriscope.Tests.Http;

/// <summary>Whatever goes wrong, the key appears in no error and in no line of the log.</summary>
public sealed class SecretRedactionTests
{
    private const string Key = "pxxl_test_NotARealKey-1b2c";

    public static TheoryData<FaultKind> AllFaults =>
        [.. Enum.GetValues<FaultKind>().Except([FaultKind.StallBeforeHeaders, FaultKind.StallInBody, FaultKind.HeldUntilCleared])];

    [Theory]
    [MemberData(nameof(AllFaults))]
    public async Task No_failure_of_the_network_or_the_service_shows_it(FaultKind kind)
    {
        await using var fixture = await SandboxFixture.StartAsync(adjust: settings =>
            settings with
            {
                MaximumBodyBytes = 1024 * 1024,
                MaximumRetryCount = 1,
            }
        );
        fixture.InjectFault(kind);

        var pxxl = await Record.ExceptionAsync(() => fixture.DeploymentsAsync());
        var periscope = await Record.ExceptionAsync(() => fixture.Periscope.SendAsync(SampleReports.Valid(), SandboxFixture.Ct));

        Assert.IsType<ServiceException>(pxxl);
        Assert.IsType<ServiceException>(periscope);
        string[] everything = [.. fixture.Calls.Select(call => call.ToString()), .. fixture.Warnings, AllText(pxxl), AllText(periscope)];
        foreach (var shown in everything)
        {
            Assert.DoesNotContain(fixture.Sandbox.PxxlKey, shown, StringComparison.Ordinal);
            Assert.DoesNotContain(fixture.Sandbox.PeriscopeKey, shown, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest, "application/json", """{"message":"what is pxxl_test_NotARealKey-1b2c?"}""")]
    [InlineData(
        HttpStatusCode.BadRequest,
        "application/json",
        """{"error":{"code":"pxxl_test_NotARealKey-1b2c","message":"pxxl_test_NotARealKey-1b2c"}}"""
    )]
    [InlineData(HttpStatusCode.Unauthorized, "text/plain", "Bearer pxxl_test_NotARealKey-1b2c is unknown")]
    [InlineData(HttpStatusCode.Forbidden, "application/json", """{"message":"no","limit":1,"requiredPlan":"pxxl_test_NotARealKey-1b2c"}""")]
    [InlineData(HttpStatusCode.Conflict, "application/json", """{"message":"no","requestId":"pxxl_test_NotARealKey-1b2c"}""")]
    [InlineData(HttpStatusCode.BadGateway, "text/html", "<p>Authorization: Bearer pxxl_test_NotARealKey-1b2c</p>")]
    [InlineData(HttpStatusCode.OK, "application/json", """{"success":false,"message":"what is pxxl_test_NotARealKey-1b2c?"}""")]
    [InlineData(HttpStatusCode.OK, "text/html", "<p>Authorization: Bearer pxxl_test_NotARealKey-1b2c</p>")]
    [InlineData(HttpStatusCode.OK, "application/json", """{"headers":{"authorization":"Bearer pxxl_test_NotARealKey-1b2c"}}""")]
    [InlineData(HttpStatusCode.OK, "application/json", """{"authorization":"Bearer pxxl_test_NotARealKey-1b2c",""")]
    public async Task A_service_or_proxy_that_repeats_it_does_not_bring_it_to_the_screen(HttpStatusCode status, string type, string body)
    {
        var calls = new List<HttpExchange>();
        var client = SandboxFixture.PxxlOver(
            StubHandler.Returning(body, status, type),
            new CallLog { Exchange = calls.Add },
            settings => settings with { MaximumRetryCount = 0 }
        );

        var failure = await Assert.ThrowsAsync<ServiceException>(() => client.GetAccountAsync(SandboxFixture.Ct));

        Assert.DoesNotContain(Key, AllText(failure), StringComparison.Ordinal);
        Assert.DoesNotContain(calls, call => call.ToString().Contains(Key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_request_id_that_repeats_it_does_not_bring_it_to_the_screen()
    {
        var calls = new List<HttpExchange>();
        var end = StubHandler.ReturningInOrder(() =>
        {
            var answer = StubHandler.CreateResponse("""{"message":"no"}""", HttpStatusCode.BadRequest);
            answer.Headers.Add("x-request-id", Key);
            return answer;
        });

        var failure = await Assert.ThrowsAsync<ServiceException>(() =>
            SandboxFixture.PxxlOver(end, new CallLog { Exchange = calls.Add }).GetAccountAsync(SandboxFixture.Ct)
        );

        Assert.DoesNotContain(Key, AllText(failure), StringComparison.Ordinal);
        Assert.DoesNotContain(calls, call => call.ToString().Contains(Key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_error_of_the_network_that_repeats_it_does_not_bring_it_to_the_screen()
    {
        var calls = new List<HttpExchange>();
        var end = new StubHandler((_, _) => throw new HttpRequestException($"cannot send 'Bearer {Key}'"));

        var failure = await Assert.ThrowsAsync<ServiceException>(() =>
            SandboxFixture.PxxlOver(end, new CallLog { Exchange = calls.Add }).GetAccountAsync(SandboxFixture.Ct)
        );

        Assert.Equal(CallFailure.Unreachable, failure.Cause);
        Assert.DoesNotContain(Key, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(calls, call => call.ToString().Contains(Key, StringComparison.Ordinal));
    }

    /// <summary>The output of <c>Format-List * -Force</c>: every property of the exception and its inner exceptions.</summary>
    private static string AllText(Exception? failure)
    {
        var shown = new List<string> { failure!.ToString() };
        for (var inner = failure; inner is not null; inner = inner.InnerException)
        {
            var properties = inner.GetType().GetProperties().Where(property => property.GetIndexParameters().Length == 0);
            shown.AddRange(properties.Select(property => $"{property.GetValue(inner)}"));
        }

        return string.Join('\n', shown);
    }
}
