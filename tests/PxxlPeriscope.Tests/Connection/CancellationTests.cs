using PxxlPeriscope.Sandbox;

namespace PxxlPeriscope.Tests;

/// <summary>Ctrl+C: whatever is under way ends, and is not taken for a failure of the service.</summary>
public sealed class CancellationTests : IDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(World.Ct);

    public void Dispose() => _stop.Dispose();

    [Fact]
    public async Task A_wait_between_two_attempts_ends_at_once()
    {
        await using var world = await World.StartAsync();
        world.Clock.IsHeld = true;
        world.Failing(FaultKind.TooManyRequestsSeconds, retryAfterSeconds: 100);

        var account = world.Pxxl.GetAccountAsync(_stop.Token);
        await Eventually.IsTrueAsync(() => world.Clock.Waits.Count == 1);
        await _stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => account);
        Assert.Single(world.Sandbox.Requests);
    }

    [Fact]
    public async Task A_wait_for_what_another_call_was_asked_ends_at_once()
    {
        await using var world = await World.StartAsync();
        world.Clock.IsHeld = true;
        world.Failing(FaultKind.TooManyRequestsSeconds, retryAfterSeconds: 100);
        var first = world.Pxxl.GetAccountAsync(World.Ct);
        await Eventually.IsTrueAsync(() => world.Clock.Waits.Count == 1);

        var second = world.Pxxl.GetUsageAsync(_stop.Token);
        await Eventually.IsTrueAsync(() => world.Clock.Waits.Count == 2);
        await _stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.False(first.IsCompleted);
        Assert.Single(world.Sandbox.Requests);
    }

    [Theory]
    [InlineData(FaultKind.StallBeforeHeaders)]
    [InlineData(FaultKind.StallInBody)]
    public async Task A_request_that_stalls_ends_at_once_and_is_not_sent_again(FaultKind kind)
    {
        await using var world = await World.StartAsync();
        world.Failing(kind);

        var account = world.Pxxl.GetAccountAsync(_stop.Token);
        await Eventually.IsTrueAsync(
            () => world.Sandbox.Requests is [var request] && (kind == FaultKind.StallBeforeHeaders || request.Status == 200));
        await _stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => account);
        Assert.Single(world.Sandbox.Requests);
    }

    [Fact]
    public async Task A_report_that_stalls_ends_at_once_without_a_receipt()
    {
        await using var world = await World.StartAsync();
        world.Failing(FaultKind.StallBeforeHeaders);

        var receipt = world.Periscope.SendAsync(Reports.Valid(), _stop.Token);
        await world.ArrivedAsync(1);
        await _stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receipt);
        Assert.Equal(0, world.Sandbox.Reports.Count);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_before_it_begins_sends_nothing()
    {
        await using var world = await World.StartAsync();
        await _stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => world.Pxxl.GetAccountAsync(_stop.Token));

        Assert.Empty(world.Sandbox.Requests);
    }
}
