using PxxlPeriscope.Sandbox.Faults;

namespace PxxlPeriscope.Tests.Http;

/// <summary>Ctrl+C ends the current operation and is not mistaken for a failure of the service.</summary>
public sealed class CancellationTests : IDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(SandboxFixture.Ct);

    public void Dispose() => _stop.Dispose();

    [Fact]
    public async Task A_wait_between_two_attempts_ends_immediately()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.Clock.IsHeld = true;
        fixture.InjectFault(FaultKind.TooManyRequestsSeconds, retryAfterSeconds: 100);

        var account = fixture.Pxxl.GetAccountAsync(_stop.Token);
        await Eventually.IsTrueAsync(() => fixture.Clock.Waits.Count == 1);
        await _stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => account);
        Assert.Single(fixture.Sandbox.Requests);
    }

    [Fact]
    public async Task A_wait_requested_for_another_call_ends_immediately()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.Clock.IsHeld = true;
        fixture.InjectFault(FaultKind.TooManyRequestsSeconds, retryAfterSeconds: 100);
        var first = fixture.Pxxl.GetAccountAsync(SandboxFixture.Ct);
        await Eventually.IsTrueAsync(() => fixture.Clock.Waits.Count == 1);

        var second = fixture.Pxxl.GetUsageAsync(_stop.Token);
        await Eventually.IsTrueAsync(() => fixture.Clock.Waits.Count == 2);
        await _stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.False(first.IsCompleted);
        Assert.Single(fixture.Sandbox.Requests);
    }

    [Theory]
    [InlineData(FaultKind.StallBeforeHeaders)]
    [InlineData(FaultKind.StallInBody)]
    public async Task A_stalled_request_ends_immediately_and_is_not_retried(FaultKind kind)
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(kind);

        var account = fixture.Pxxl.GetAccountAsync(_stop.Token);
        await Eventually.IsTrueAsync(() =>
            fixture.Sandbox.Requests is [var request] && (kind == FaultKind.StallBeforeHeaders || request.Status == 200)
        );
        await _stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => account);
        Assert.Single(fixture.Sandbox.Requests);
    }

    [Fact]
    public async Task A_stalled_report_ends_immediately_without_a_receipt()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.InjectFault(FaultKind.StallBeforeHeaders);

        var receipt = fixture.Periscope.SendAsync(SampleReports.Valid(), _stop.Token);
        await fixture.WaitForRequestsAsync(1);
        await _stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receipt);
        Assert.Equal(0, fixture.Sandbox.Reports.Count);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_before_it_begins_sends_nothing()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        await _stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.Pxxl.GetAccountAsync(_stop.Token));

        Assert.Empty(fixture.Sandbox.Requests);
    }
}
