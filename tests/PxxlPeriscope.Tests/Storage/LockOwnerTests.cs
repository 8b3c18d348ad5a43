using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Tests.Storage;

/// <summary>Verifies the description and state of a lock owner.</summary>
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
    public void The_age_is_shown_in_suitable_units(double seconds, string expected) =>
        Assert.EndsWith(
            $"since 1970-01-01 00:00:00Z ({expected})",
            Here.Describe(Here.Since.AddSeconds(seconds)),
            StringComparison.Ordinal
        );

    [Fact]
    public void A_running_process_is_alive() => Assert.Equal((false, true), (Here.HasEnded(), Here.IsAlive()));

    [Fact]
    public void A_process_that_does_not_exist_has_ended()
    {
        var gone = Here with { ProcessId = int.MaxValue };

        Assert.Equal((true, false), (gone.HasEnded(), gone.IsAlive()));
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(null)]
    public void The_state_of_a_process_on_another_machine_is_unknown(int? processId)
    {
        var elsewhere = Here with { Machine = "another", ProcessId = processId ?? Environment.ProcessId };

        Assert.Equal((false, false), (elsewhere.HasEnded(), elsewhere.IsAlive()));
    }
}
