using PxxlPeriscope.Webhooks.Receiving;

namespace PxxlPeriscope.Tests.Webhooks.Receiving;

/// <summary>Verifies the order in which files are delivered, and when they are delivered again.</summary>
public sealed class InboxQueueTests : IDisposable
{
    private readonly AutoAdvancingClock _clock = new() { IsHeld = true };
    private readonly InboxQueue _queue;

    public InboxQueueTests() => _queue = new InboxQueue(_clock);

    public void Dispose() => _queue.Dispose();

    [Fact]
    public async Task A_known_file_is_not_queued_again_until_it_is_completed()
    {
        _queue.Add("a");
        _queue.Add("a");
        Assert.Equal("a", await NextAsync());
        _queue.Add("a");
        _queue.Add("b");
        Assert.Equal("b", await NextAsync());

        _queue.Complete("a");
        _queue.Add("a");

        Assert.Equal("a", await NextAsync());
    }

    [Fact]
    public async Task The_delay_doubles_with_each_release_up_to_five_minutes()
    {
        _queue.Add("a");
        for (var time = 0; time < 9; time++)
        {
            Assert.Equal("a", await NextAsync());
            Assert.Equal(time > 0, _queue.IsRetry("a"));
            _queue.Retry("a");
            _queue.Retry("a");
            _clock.Advance(_clock.Waits[^1] - TimeSpan.FromTicks(1));
            Assert.False(IsAnyReady());
            _clock.Advance(TimeSpan.FromTicks(1));
        }

        Assert.Equal([5, 10, 20, 40, 80, 160, 300, 300, 300], _clock.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task Files_of_the_same_deployment_wait_for_a_released_one_in_order()
    {
        await TakeAsync("a1", "deployment a");
        _queue.Retry("a1");
        foreach (var path in new[] { "a2", "a3", "b1" })
        {
            _queue.Add(path);
        }

        Assert.Equal("a2", await NextAsync());
        Assert.False(_queue.TryDeliver("a2", "deployment a"));
        Assert.Equal("a3", await NextAsync());
        Assert.False(_queue.TryDeliver("a3", "deployment a"));
        Assert.Equal("b1", await NextAsync());
        Assert.True(_queue.TryDeliver("b1", "deployment b"));

        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("a1", await NextAsync());
        Assert.True(_queue.TryDeliver("a1", "deployment a"));
        Assert.False(IsAnyReady());
        _queue.Complete("a1");

        Assert.Equal("a2", await NextAsync());
        Assert.True(_queue.TryDeliver("a2", "deployment a"));
        Assert.Equal("a3", await NextAsync());
        Assert.True(_queue.TryDeliver("a3", "deployment a"));
    }

    [Fact]
    public async Task The_first_of_several_released_files_of_a_deployment_is_delivered_first()
    {
        await TakeAsync("a1", "deployment a");
        await TakeAsync("a2", "deployment a");
        _queue.Retry("a1");
        _queue.Retry("a2");

        _clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal("a1", await NextAsync());
        Assert.False(IsAnyReady());
        _queue.Complete("a1");
        Assert.Equal("a2", await NextAsync());
    }

    [Fact]
    public async Task Nothing_is_delivered_after_disposal()
    {
        await TakeAsync("a", null);
        _queue.Retry("a");
        _queue.Dispose();

        _clock.Advance(TimeSpan.FromMinutes(5));

        Assert.False(IsAnyReady());
    }

    private async Task TakeAsync(string path, string? deployment)
    {
        _queue.Add(path);
        Assert.Equal(path, await NextAsync());
        Assert.True(_queue.TryDeliver(path, deployment));
    }

    private Task<string> NextAsync() => _queue.NextAsync(SandboxFixture.Ct);

    private bool IsAnyReady() => _queue.ReadyCount > 0;
}
