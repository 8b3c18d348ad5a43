using System.Globalization;

namespace PxxlPeriscope.Tests.Pxxl.Paging;

/// <summary>Runs alone, because it measures the memory of the whole process.</summary>
[Collection(nameof(MemoryTests))]
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
public sealed class MemoryTests
{
    private const int Deployments = 100_000;
    private const int PerPage = 100;
    private static readonly DateTimeOffset Newest = new(2026, 3, 14, 9, 26, 53, 589, TimeSpan.Zero);

    [Fact]
    public async Task Memory_stays_flat_over_a_hundred_thousand_deployments()
    {
        // The pages are created on request, so that only the reader could keep them.
        var client = SandboxFixture.PxxlOver(new StubHandler((request, _) => Task.FromResult(Page(request.RequestUri!))));
        var (rows, early, late) = (0, 0L, 0L);

        await foreach (var _ in client.ListDeploymentsAsync(new(), cancellationToken: SandboxFixture.Ct))
        {
            rows++;
            if (rows == Deployments / 5)
            {
                early = GC.GetTotalMemory(forceFullCollection: true);
            }
            else if (rows == Deployments / 10 * 9)
            {
                late = GC.GetTotalMemory(forceFullCollection: true);
            }
        }

        Assert.Equal(Deployments, rows);
        // Seventy thousand rows lie between: the rows would take about 60 MB, their ids alone 4 MB.
        Assert.InRange(late - early, long.MinValue, 2 * 1024 * 1024);
    }

    private static HttpResponseMessage Page(Uri uri)
    {
        var page = int.Parse(System.Web.HttpUtility.ParseQueryString(uri.Query)["page"]!, CultureInfo.InvariantCulture);
        var rows = Enumerable
            .Range((page - 1) * PerPage, PerPage)
            .Select(number =>
                $$"""
                    {"id":"dep_{{number:D20}}","projectId":"proj_1","projectName":"checkout-api","status":"deployed","branch":"main",
                     "commitSha":"{{number:x40}}","commitMessage":"Round totals before the discount is applied, not after",
                     "createdAt":"{{Newest.AddMinutes(-number):O}}","buildSeconds":61,"artifactBytes":12345678}
                    """
            );
        return StubHandler.CreateResponse($$"""{"deployments":[{{string.Join(',', rows)}}],"total":{{Deployments}}}""");
    }
}
