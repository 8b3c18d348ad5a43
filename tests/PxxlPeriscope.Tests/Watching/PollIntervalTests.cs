using PxxlPeriscope.Watching;

namespace PxxlPeriscope.Tests.Watching;

/// <summary>How often a service is polled.</summary>
public sealed class PollIntervalTests
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    [InlineData(0.999)]
    public void It_begins_short_and_grows_and_never_leaves_its_bounds(double random)
    {
        var pace = new PollInterval(() => random);

        var waits = Enumerable.Range(0, 20).Select(_ => pace.Next()).ToList();

        Assert.InRange(waits[0], PollInterval.Minimum, PollInterval.Minimum * 1.2);
        Assert.Equal(waits.Order(), waits);
        Assert.All(waits, wait => Assert.InRange(wait, PollInterval.Minimum, PollInterval.Maximum));
        Assert.Equal(PollInterval.Maximum, waits[^1]);
    }

    [Fact]
    public void It_is_never_quite_the_same() =>
        Assert.True(Enumerable.Range(0, 20).Select(_ => new PollInterval().Next()).Distinct().Count() > 10);

    [Fact]
    public void When_something_happens_it_begins_anew()
    {
        var pace = new PollInterval(() => 0);
        pace.Next();
        pace.Next();

        pace.Reset();

        Assert.Equal(PollInterval.Minimum, pace.Next());
    }
}
