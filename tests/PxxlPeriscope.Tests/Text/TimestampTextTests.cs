using PxxlPeriscope.Text;

namespace PxxlPeriscope.Tests.Text;

/// <summary>All formats in which a user can specify a time.</summary>
public sealed class TimestampTextTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 14, 9, 26, 53, TimeSpan.Zero);
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<object> FormsOfNoon =>
        [
            "2026-01-31T12:00:00Z",
            " 2026-01-31T14:00:00+02:00 ",
            "2026-01-31 12:00:00Z",
            new DateTime(2026, 1, 31, 12, 0, 0, DateTimeKind.Utc),
            new DateTimeOffset(2026, 1, 31, 14, 0, 0, TimeSpan.FromHours(2)),
            1769860800,
            1769860800L,
            1769860800000L,
            1769860800.0,
            1769860800m,
            "1769860800",
            "1769860800000",
        ];

    [Theory]
    [MemberData(nameof(FormsOfNoon))]
    public void The_same_moment_has_many_forms(object form)
    {
        var timestamp = TimestampText.Parse(form, Now, out var problem);

        Assert.Equal((Noon, null), (timestamp, problem));
        Assert.Equal(TimeSpan.Zero, timestamp!.Value.Offset);
    }

    [Theory]
    [InlineData("90m", 90)]
    [InlineData("12H", 12 * 60)]
    [InlineData("7d", 7 * 24 * 60)]
    [InlineData("2w", 14 * 24 * 60)]
    [InlineData(7.0, 7 * 24 * 60)]
    public void A_span_counts_back_from_now(object span, int minutes) =>
        // PowerShell parses an unquoted 7d as a decimal.
        Assert.Equal(Now.AddMinutes(-minutes), TimestampText.Parse(span is double days ? (decimal)days : span, Now, out _));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \t")]
    public void An_empty_value_is_not_a_time_and_not_a_problem(string? nothing) =>
        Assert.Equal((null, null), (TimestampText.Parse(nothing, Now, out var problem), problem));

    [Theory]
    [InlineData("31/31/2026", "'31/31/2026' is not a valid date and time")]
    [InlineData("the 31st", "'the 31st' is not a valid date and time")]
    [InlineData("20260131", "'20260131' is not a valid date and time")]
    [InlineData("\u001b[31mred", "'[31mred' is not a valid date and time")]
    [InlineData("2147483647w", "is out of range")]
    [InlineData("999999999999999999", "is out of range")]
    [InlineData(1e300, "is out of range")]
    [InlineData(double.NaN, "is out of range")]
    [InlineData(true, "is a Boolean; expected a date and time")]
    public void An_invalid_value_is_described_in_one_line(object value, string problem)
    {
        Assert.Null(TimestampText.Parse(value, Now, out var said));
        Assert.Contains(problem, said, StringComparison.Ordinal);
    }
}
