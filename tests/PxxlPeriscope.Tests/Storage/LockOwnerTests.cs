using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Tests.Storage;

/// <summary>What is said of who holds a lock.</summary>
public sealed class LockOwnerTests
{
    private static readonly LockOwner Here = LockOwner.Current(DateTimeOffset.UnixEpoch);

    [Theory]
    [InlineData(-5, "0 s")]
    [InlineData(0, "0 s")]
    [InlineData(59.9, "59 s")]
    [InlineData(60, "1 min")]
    [InlineData(3599, "59 min")]
    [InlineData(3600, "1 h 0 min")]
    [InlineData(90_061, "25 h 1 min")]
    public void Its_age_is_said_in_what_one_would_count_it_in(double seconds, string expected) =>
        Assert.EndsWith(
            $"since 1970-01-01 00:00:00Z ({expected})",
            Here.Describe(Here.Since.AddSeconds(seconds)),
            StringComparison.Ordinal
        );

    [Fact]
    public void A_process_that_runs_is_alive() => Assert.Equal((false, true), (Here.HasEnded(), Here.IsAlive()));

    [Fact]
    public void A_process_that_is_gone_has_ended()
    {
        var gone = Here with { ProcessId = int.MaxValue };

        Assert.Equal((true, false), (gone.HasEnded(), gone.IsAlive()));
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(null)]
    public void Of_a_process_on_another_machine_neither_is_known(int? processId)
    {
        var elsewhere = Here with { Machine = "another", ProcessId = processId ?? Environment.ProcessId };

        Assert.Equal((false, false), (elsewhere.HasEnded(), elsewhere.IsAlive()));
    }
}
