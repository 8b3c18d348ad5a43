using PxxlPeriscope.Sandbox.Pxxl.Shape;

namespace PxxlPeriscope.Tests.Pxxl.Paging;

/// <summary>
/// Every format in which Pxxl returns lists results in the same deployments. The tests run sequentially, because they change the format of
/// a shared sandbox.
/// </summary>
[TestClass(DisableParallelization = true)]
public sealed class ListShapeTests(ListShapeTests.Services services) : IClassFixture<ListShapeTests.Services>
{
    public static MatrixTheoryData<ListEnvelope, PagingStyle, Spelling, StatusField, bool> Shapes { get; } =
        new(
            Enum.GetValues<ListEnvelope>(),
            Enum.GetValues<PagingStyle>(),
            Enum.GetValues<Spelling>(),
            Enum.GetValues<StatusField>(),
            [false, true]
        );

    public static MatrixTheoryData<ItemEnvelope, Spelling, StatusField> ItemShapes { get; } =
        new(Enum.GetValues<ItemEnvelope>(), Enum.GetValues<Spelling>(), Enum.GetValues<StatusField>());

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Every_format_of_a_list_results_in_the_same_deployments_without_duplicates(
        ListEnvelope envelope,
        PagingStyle paging,
        Spelling spelling,
        StatusField statusField,
        bool numbersAsStrings
    )
    {
        var fixture = services.World;
        fixture.Sandbox.Shape = new()
        {
            ListEnvelope = envelope,
            Paging = paging,
            Spelling = spelling,
            StatusField = statusField,
            NumbersAsStrings = numbersAsStrings,
            ServerLimitCap = 50,
        };
        fixture.Sandbox.ClearRequests();

        var deployments = await fixture.DeploymentsAsync();

        Assert.Equal(Expected.All(fixture, spelling), deployments.Select(Expected.Of));
        Assert.Equal(3, fixture.Sandbox.Requests.Count);
        Assert.Empty(fixture.Warnings);
    }

    [Theory]
    [MemberData(nameof(ItemShapes))]
    public async Task Every_format_of_a_deployment_results_in_that_deployment(
        ItemEnvelope envelope,
        Spelling spelling,
        StatusField statusField
    )
    {
        var fixture = services.World;
        fixture.Sandbox.Shape = new()
        {
            Item = envelope,
            Spelling = spelling,
            StatusField = statusField,
        };

        foreach (var expected in Expected.All(fixture, spelling).Take(20))
        {
            Assert.Equal(expected, Expected.Of(await fixture.Pxxl.GetDeploymentAsync(expected.Id, SandboxFixture.Ct)));
        }
    }

    [Theory]
    [InlineData(ListEnvelope.Noun)]
    [InlineData(ListEnvelope.DataNoun)]
    [InlineData(ListEnvelope.Data)]
    [InlineData(ListEnvelope.Array)]
    public async Task Every_format_of_a_project_list_results_in_the_same_projects(ListEnvelope envelope)
    {
        var fixture = services.World;
        fixture.Sandbox.Shape = new() { ListEnvelope = envelope };

        var projects = await fixture.Pxxl.ListProjectsAsync(SandboxFixture.Ct).ToListAsync(SandboxFixture.Ct);

        Assert.Equal(
            fixture.Sandbox.Data.Projects.Select(project =>
                (project.Id, project.Name, project.Framework, project.GithubUrl, project.CreatedAt?.ToUnixTimeMilliseconds())
            ),
            projects.Select(project =>
                (
                    project.Id,
                    project.Name!,
                    project.Framework,
                    project.RepositoryUrl?.OriginalString,
                    project.CreatedAt?.ToUnixTimeMilliseconds()
                )
            )
        );
    }

    [Theory]
    [InlineData(ItemEnvelope.Noun)]
    [InlineData(ItemEnvelope.Data)]
    [InlineData(ItemEnvelope.Root)]
    public async Task Every_format_of_a_project_results_in_that_project(ItemEnvelope envelope)
    {
        var fixture = services.World;
        fixture.Sandbox.Shape = new() { Item = envelope };
        var expected = fixture.Sandbox.Data.Projects[1];

        var project = await fixture.Pxxl.GetProjectAsync(expected.Id, SandboxFixture.Ct);

        Assert.Equal((expected.Id, expected.Name, expected.Status), (project.Id, project.Name, project.Status));
    }

    /// <summary>What a client can read of a deployment.</summary>
    private sealed record Expected(
        string Id,
        string? ProjectId,
        string? ProjectName,
        string? Status,
        string? BuildStatus,
        string? Environment,
        string? Branch,
        string? CommitSha,
        string? CommitMessage,
        long? CreatedAt,
        long? FinishedAt,
        double? BuildSeconds,
        long? ArtifactBytes,
        string? Reason,
        string? TriggeredBy,
        long? PullRequest
    )
    {
        public static Expected Of(Deployment deployment) =>
            new(
                deployment.Id,
                deployment.ProjectId,
                deployment.ProjectName,
                deployment.RawStatus,
                deployment.BuildStatus,
                deployment.Environment,
                deployment.Branch,
                deployment.CommitSha,
                deployment.CommitMessage,
                deployment.CreatedAt?.ToUnixTimeMilliseconds(),
                deployment.FinishedAt?.ToUnixTimeMilliseconds(),
                deployment.BuildSeconds,
                deployment.ArtifactBytes,
                deployment.FailureReason,
                deployment.TriggeredBy,
                deployment.PullRequestNumber
            );

        public static IEnumerable<Expected> All(SandboxFixture fixture, Spelling spelling)
        {
            // The published names do not include the end, the reason and the creator.
            var isOfficial = spelling == Spelling.Official;
            return fixture.Sandbox.Data.Deployments.Select(row => new Expected(
                row.Id,
                row.ProjectId,
                row.ProjectName,
                row.Status,
                row.BuildStatus,
                row.Preview is null ? row.Environment : "preview",
                row.Branch,
                row.CommitSha,
                row.CommitMessage,
                row.CreatedAt.ToUnixTimeMilliseconds(),
                isOfficial ? null : row.FinishedAt?.ToUnixTimeMilliseconds(),
                row.BuildSeconds,
                row.ArtifactBytes,
                isOfficial ? null : row.ErrorMessage,
                isOfficial ? null : row.TriggeredBy,
                row.Preview?.PullRequestNumber
            ));
        }
    }

    /// <summary>The shared sandbox. The tests run sequentially and change its format between them.</summary>
    public sealed class Services : IAsyncLifetime
    {
        internal SandboxFixture World { get; private set; } = null!;

        public async ValueTask InitializeAsync() => World = await SandboxFixture.StartAsync(new() { Deployments = 120 });

        public ValueTask DisposeAsync() => World.DisposeAsync();
    }
}
