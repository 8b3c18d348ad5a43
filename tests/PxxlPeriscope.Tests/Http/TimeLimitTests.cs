using PxxlPeriscope.Sandbox.Faults;

namespace PxxlPeriscope.Tests.Http;

/// <summary>The time limits of an attempt and of a whole call.</summary>
public sealed class TimeLimitTests
{
    [Theory]
    [InlineData(FaultKind.StallBeforeHeaders)]
    [InlineData(FaultKind.StallInBody)]
    public async Task A_service_that_never_answers_ends_in_a_time_out_that_counts_its_attempts(FaultKind kind)
    {
        await using var fixture = await SandboxFixture.StartAsync(adjust: settings =>
            settings with
            {
                MaximumRetryCount = 1,
                AttemptTimeout = TimeSpan.FromHours(1),
            }
        );
        fixture.InjectFault(kind);

        var account = fixture.Pxxl.GetAccountAsync(SandboxFixture.Ct);
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            await fixture.WaitForRequestsAsync(attempt);
            fixture.Clock.Advance(TimeSpan.FromHours(1));
        }

        var failure = await Assert.ThrowsAsync<ServiceException>(() => account);
        Assert.Equal(("PxxlTimeout", 2), (failure.ErrorId, failure.Attempts));
        Assert.Contains("3600 s", failure.Message, StringComparison.Ordinal);
        Assert.All(fixture.Calls, call => Assert.Equal("no response", call.Problem));
    }

    [Fact]
    public async Task The_limit_of_the_call_ends_it_however_many_repetitions_are_left()
    {
        await using var fixture = await SandboxFixture.StartAsync(adjust: settings =>
            settings with
            {
                MaximumRetryCount = 10_000,
                CallTimeout = TimeSpan.FromMinutes(11),
            }
        );
        fixture.InjectFault(FaultKind.TooManyRequestsSeconds, retryAfterSeconds: 60);

        var failure = await Assert.ThrowsAsync<ServiceException>(() => fixture.Pxxl.GetAccountAsync(SandboxFixture.Ct));

        Assert.Equal(CallFailure.Timeout, failure.Cause);
        Assert.InRange(failure.Attempts, 11, 12);
        Assert.Contains("660 s", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_type_of_a_package_leaves_the_isolated_assembly()
    {
        await using var fixture = await SandboxFixture.StartAsync(adjust: settings => settings with { MaximumRetryCount = 0 });
        fixture.InjectFault(FaultKind.StallBeforeHeaders);

        var account = fixture.Pxxl.GetAccountAsync(SandboxFixture.Ct);
        await fixture.TimeOutAttemptAsync(requests: 1);

        Exception? failure = await Assert.ThrowsAsync<ServiceException>(() => account);
        for (; failure is not null; failure = failure.InnerException)
        {
            Assert.DoesNotContain("Polly", failure.GetType().FullName, StringComparison.Ordinal);
        }
    }
}
