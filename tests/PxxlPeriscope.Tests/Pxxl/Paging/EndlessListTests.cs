using System.Globalization;
using System.Text.RegularExpressions;
using PxxlPeriscope.Http;

namespace PxxlPeriscope.Tests.Pxxl.Paging;

/// <summary>Lists that never end, and long ones that only seem endless.</summary>
public sealed partial class EndlessListTests
{
    private static readonly DateTimeOffset Newest = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(40)]
    public async Task Repeating_pages_are_read_once(int pages)
    {
        var (rows, warnings, requests) = await WalkAsync(number => Page((number - 1) % pages, ""));

        Assert.Equal(pages * 2, rows.Distinct().Count());
        Assert.Equal(rows.Distinct(), rows);
        Assert.Empty(warnings);
        Assert.InRange(requests, pages + 1, pages + 2);
    }

    [Theory]
    [InlineData(""","total":1000000000""")]
    [InlineData(""","totalPages":1000000000""")]
    public async Task Repeating_pages_are_reported_if_more_rows_were_announced(string counts)
    {
        var (rows, warnings, _) = await WalkAsync(number => Page((number - 1) % 7, counts));

        Assert.Equal(14, rows.Count);
        Assert.Contains("may be incomplete", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(""","limit":0""")]
    [InlineData(""","total":1""")]
    [InlineData(""","total":1000000000""")]
    [InlineData(""","totalPages":1000000000""")]
    public async Task Ever_new_deployments_whose_dates_do_not_fall_come_to_an_end(string counts)
    {
        var (rows, warnings, _) = await WalkAsync(number => Page(number, counts, _ => Newest));

        Assert.InRange(rows.Count, 1, 600);
        if (!counts.Contains("total\":1", StringComparison.Ordinal) || counts.Contains("000", StringComparison.Ordinal))
        {
            Assert.Contains("does not seem to end", Assert.Single(warnings), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Ever_new_deployments_that_are_made_while_they_are_listed_come_to_an_end()
    {
        var (rows, warnings, _) = await WalkAsync(number => Page(number, "", row => DateTimeOffset.MaxValue.AddDays(row - 100_000)));

        Assert.InRange(rows.Count, 1, 600);
        Assert.Contains("does not seem to end", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limit_of_0_is_ignored()
    {
        var (rows, warnings, requests) = await WalkAsync(number => number <= 3 ? Page(number, ""","limit":0""") : Empty);

        Assert.Equal((6, 4), (rows.Count, requests));
        Assert.Empty(warnings);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task A_long_list_is_read_to_its_end_whichever_way_it_is_ordered(int direction)
    {
        var (rows, warnings, _) = await WalkAsync(number =>
            number <= 400 ? Page(number, "", row => Newest.AddHours(direction * row).AddYears(-2)) : Empty
        );

        Assert.Equal(800, rows.Distinct().Count());
        Assert.Empty(warnings);
    }

    [Fact]
    public async Task Many_deployments_of_one_moment_are_read_where_they_are_announced()
    {
        var (rows, warnings, _) = await WalkAsync(number => Page(number, ""","total":400""", _ => Newest));

        Assert.Equal(400, rows.Count);
        Assert.Empty(warnings);
    }

    private const string Empty = """{"deployments":[]}""";

    /// <summary>Two rows per page.</summary>
    private static string Page(int number, string counts, Func<int, DateTimeOffset>? date = null)
    {
        var rows = new[] { number * 2, (number * 2) + 1 }.Select(row =>
            date is null
                ? $$"""{"id":"dep_{{row}}"}"""
                : string.Create(CultureInfo.InvariantCulture, $$"""{"id":"dep_{{row}}","createdAt":"{{date(row):o}}"}""")
        );
        return $$"""{"deployments":[{{string.Join(',', rows)}}]{{counts}}}""";
    }

    private static async Task<(IReadOnlyList<string> Rows, IReadOnlyList<string> Warnings, int Requests)> WalkAsync(Func<int, string> page)
    {
        var warnings = new List<string>();
        var end = new StubHandler(
            (request, _) =>
                Task.FromResult(
                    StubHandler.CreateResponse(
                        page(int.Parse(PageNumber().Match(request.RequestUri!.Query).Groups[1].ValueSpan, CultureInfo.InvariantCulture))
                    )
                )
        );
        var rows = await SandboxFixture
            .PxxlOver(end, new CallLog { Warning = warnings.Add })
            .ListDeploymentsAsync(new(), cancellationToken: SandboxFixture.Ct)
            .Select(deployment => deployment.Id)
            // Fails instead of running forever.
            .Take(5000)
            .ToListAsync(SandboxFixture.Ct);
        return (rows, warnings, end.Requests);
    }

    [GeneratedRegex(@"page=(\d+)")]
    private static partial Regex PageNumber();
}
