using System.Text.Json;
using PxxlPeriscope.Compatibility;
using PxxlPeriscope.Pxxl;
using PxxlPeriscope.Sandbox.Pxxl.Data;

namespace PxxlPeriscope.Tests.Sync;

/// <summary>Creates deployments for synchronization tests, and a Pxxl client that returns specified pages.</summary>
internal static class SyncDeployments
{
    public static SandboxDeployment Deployed(string id, double daysAgo) =>
        Deployed(id, new AutoAdvancingClock().GetUtcNow().AddDays(-daysAgo));

    public static SandboxDeployment Deployed(string id, DateTimeOffset createdAt) =>
        new()
        {
            Id = id,
            Status = "deployed",
            BuildStatus = "completed",
            CreatedAt = createdAt,
            BuildSeconds = 60,
            ProjectId = "proj_1",
            ProjectName = "checkout-api",
            CommitSha = Sha(id),
        };

    public static SandboxDeployment Failed(string id, double daysAgo) => Deployed(id, daysAgo) with { Status = "failed" };

    public static string Sha(string id) => Hashing.ToLowerHex(Hashing.Sha256(System.Text.Encoding.UTF8.GetBytes(id)))[..40];

    public static async Task<SandboxFixture> StartSandboxAsync(params SandboxDeployment[] deployments)
    {
        var fixture = await SandboxFixture.StartAsync();
        fixture.Sandbox.Data.Replace(deployments.OrderByDescending(deployment => deployment.CreatedAt));
        return fixture;
    }

    public static IEnumerable<string> Ids(SandboxFixture fixture) =>
        fixture.Sandbox.Reports.ByDeploymentId.Keys.Order(StringComparer.Ordinal);

    /// <summary>One page of a list, with the counts that the service returns in addition to the rows.</summary>
    public static string Page(int? total, int? totalPages, params SandboxDeployment[] rows) =>
        JsonSerializer.Serialize(
            new
            {
                deployments = rows.Select(Row),
                total,
                totalPages,
            }
        );

    /// <summary>A Pxxl client that receives these pages, and then the last one repeatedly.</summary>
    public static PxxlClient PxxlGiving(SandboxFixture fixture, params string[] pages) =>
        PxxlGiving(fixture, (_, number) => pages[Math.Min(number, pages.Length) - 1]);

    /// <summary>A Pxxl client that receives a response for the path and page number.</summary>
    public static PxxlClient PxxlGiving(SandboxFixture fixture, Func<string, int, string> page) =>
        PxxlGiving(fixture, (path, number) => Task.FromResult(page(path, number)));

    /// <summary>Same as above, with an asynchronous response.</summary>
    public static PxxlClient PxxlGiving(SandboxFixture fixture, Func<string, int, Task<string>> page) =>
        SandboxFixture.PxxlOver(
            new StubHandler(
                async (request, _) => StubHandler.CreateResponse(await page(request.RequestUri!.AbsolutePath, NumberOf(request.RequestUri)))
            ),
            fixture.Log,
            clock: fixture.Clock
        );

    private static int NumberOf(Uri uri) =>
        uri.Query.TrimStart('?').Split('&').FirstOrDefault(part => part.StartsWith("page=", StringComparison.Ordinal)) is { } page
            ? int.Parse(page["page=".Length..], System.Globalization.CultureInfo.InvariantCulture)
            : 1;

    private static object Row(SandboxDeployment deployment) =>
        new
        {
            id = deployment.Id,
            status = deployment.Status,
            buildStatus = deployment.BuildStatus,
            createdAt = deployment.CreatedAt,
            buildSeconds = deployment.BuildSeconds,
            projectId = deployment.ProjectId,
            projectName = deployment.ProjectName,
            commitSha = deployment.CommitSha,
        };
}
