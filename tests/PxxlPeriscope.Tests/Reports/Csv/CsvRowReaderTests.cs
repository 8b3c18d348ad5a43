using PxxlPeriscope.Periscope;
using PxxlPeriscope.Reports.Csv;

namespace PxxlPeriscope.Tests.Reports.Csv;

/// <summary>Converting the rows of a file: every row results in a report, and an invalid one states the problem and its line.</summary>
public sealed class CsvRowReaderTests
{
    private readonly CsvRowReader _rows = new(new AutoAdvancingClock());

    [Fact]
    public void A_row_fills_a_report_by_names_in_any_case()
    {
        var report = Read(
            ("deploymentid", " ci-1 "),
            ("COMMITSHA", "1a2b3c4d"),
            ("Environment", "production"),
            ("Status", "success"),
            ("StartedAt", "2026-01-31T12:00:00Z"),
            ("completedAt", "2026-01-31T12:05:00Z"),
            ("Service", "checkout-api"),
            ("Branch", ""),
            ("Ticket", "X-1")
        );

        Assert.True(ReportValidation.Check(report).IsValid);
        Assert.Equal(("ci-1", "1a2b3c4d", "checkout-api", null), (report.DeploymentId, report.CommitSha, report.Service, report.Branch));
        Assert.Equal(CompletionSource.Given, report.CompletedAtSource);
    }

    [Fact]
    public void Specified_values_apply_to_every_row_even_if_empty()
    {
        var report = _rows.Read(
            Row(("DeploymentId", "1"), ("Service", "old"), ("TriggeredBy", "ada@example.org")),
            [new("service", "new"), new("TriggeredBy", "")]
        );

        Assert.Equal(("new", null), (report.Service, report.TriggeredBy));
    }

    [Fact]
    public void A_time_that_cannot_be_read_is_a_reason_and_not_missing()
    {
        var report = Read(Good with { StartedAt = "31/31/2026", CompletedAt = "soon" });

        Assert.Equal(
            [
                "startedAt '31/31/2026' is not a valid date and time; use a value such as 2026-01-31T12:00:00Z",
                "completedAt 'soon' is not a valid date and time; use a value such as 2026-01-31T12:00:00Z",
            ],
            ReportValidation.Check(report).Reasons.Order(StringComparer.Ordinal).Reverse()
        );
    }

    [Fact]
    public void An_end_that_cannot_be_read_is_a_reason_for_an_unfinished_deployment_too() =>
        Assert.Contains(
            "completedAt 'soon'",
            Assert.Single(ReportValidation.Check(Read(Good with { Status = "pending", CompletedAt = "soon" })).Reasons),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData(12345, "12345")]
    [InlineData(9007199254740993, "9007199254740993")]
    [InlineData(1e20, "100000000000000000000")]
    [InlineData(1.5, "1.5")]
    [InlineData("0012345", "0012345")]
    [InlineData("1e5", "1e5")]
    public void A_number_as_an_id_keeps_its_digits(object id, string text) => Assert.Equal(text, Read(("DeploymentId", id)).DeploymentId);

    [Fact]
    public void Neither_numbers_nor_times_depend_on_the_culture()
    {
        var before = Thread.CurrentThread.CurrentCulture;
        Thread.CurrentThread.CurrentCulture = new System.Globalization.CultureInfo("de-DE");
        try
        {
            Assert.Equal("1.5", Read(("DeploymentId", 1.5)).DeploymentId);
            Assert.Equal(new DateTimeOffset(2026, 1, 31, 0, 0, 0, TimeSpan.Zero), Read(("StartedAt", "01/31/2026 00:00:00Z")).StartedAt);
        }
        finally
        {
            Thread.CurrentThread.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_value_that_is_not_text_is_a_reason()
    {
        var report = Read(("DeploymentId", new object[] { 1, 2 }), ("CommitSha", "1a2b3c4d"));

        Assert.Contains("deploymentId is a Object[]; expected text", ReportValidation.Check(report).Reasons);
        Assert.DoesNotContain("deploymentId is missing", ReportValidation.Check(report).Reasons);
    }

    [Fact]
    public void A_row_with_no_column_that_counts_has_one_reason_that_names_those_that_do()
    {
        var reason = Assert.Single(ReportValidation.Check(_rows.Read(Row(("id", "1"), ("sha", "2")), [new("Service", "x")])).Reasons);

        Assert.StartsWith(
            "the row has none of the columns DeploymentId, CommitSha, Environment, Status, StartedAt",
            reason,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Rows_have_the_line_on_which_they_begin()
    {
        Assert.Equal(2, Read(("DeploymentId", "1"), ("Note", "one line")).Line);
        Assert.Equal(3, Read(("DeploymentId", "2"), ("Note", "three\r\nlines\nhere")).Line);
        Assert.Equal(6, Read(("DeploymentId", "3"), ("Note", "old\rMac\r")).Line);
        Assert.Equal(9, Read(("DeploymentId", "4"), ("Note", null)).Line);
    }

    [Fact]
    public void A_header_can_go_over_lines_and_have_a_type_before_it() =>
        Assert.Equal(4, _rows.Read(Row(("DeploymentId", "1"), ("Two\nlines", "")) with { LinesBefore = 1 }, []).Line);

    [Fact]
    public void A_row_with_values_other_than_text_is_not_from_a_CSV_file_and_has_no_line() =>
        Assert.Null(Read(("DeploymentId", "1"), ("Attempt", 2)).Line);

    [Fact]
    public void A_rejection_starts_with_the_line()
    {
        _ = Read(("DeploymentId", "1"));

        Assert.StartsWith(
            "Line 3: the report 'ci-1' was not sent: commitSha",
            ReportValidation.Check(Read(Good with { CommitSha = "main" })).Failure!.Message,
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "The report 'x' was not sent: ",
            ReportValidation.Check(new DeploymentReport { DeploymentId = "x" }).Failure!.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Line_numbers_and_unreadable_values_are_not_sent()
    {
        var sent = System.Text.Encoding.UTF8.GetString(ReportPayload.Write(Read(Good with { CompletedAt = "soon" })));

        Assert.DoesNotContain("line", sent, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("soon", sent, StringComparison.Ordinal);
    }

    private static Sample Good => new("1a2b3c4d", "success", "2026-01-31T12:00:00Z", "2026-01-31T12:05:00Z");

    private static CsvRowReader.Row Row(params (string Name, object? Value)[] cells) =>
        new([.. cells.Select(cell => new KeyValuePair<string, object?>(cell.Name, cell.Value))]) { MayHaveLine = true };

    private DeploymentReport Read(params (string Name, object? Value)[] cells) => _rows.Read(Row(cells), []);

    private DeploymentReport Read(Sample sample) =>
        Read(
            ("DeploymentId", "ci-1"),
            ("CommitSha", sample.CommitSha),
            ("Environment", "production"),
            ("Status", sample.Status),
            ("StartedAt", sample.StartedAt),
            ("CompletedAt", sample.CompletedAt)
        );

    private sealed record Sample(string CommitSha, string Status, string StartedAt, string CompletedAt);
}
