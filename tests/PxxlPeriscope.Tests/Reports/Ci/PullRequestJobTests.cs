using PxxlPeriscope.Reports.Ci;

namespace PxxlPeriscope.Tests.Reports.Ci;

/// <summary>Platforms test a pull request with a temporary merge. Its commit is in no history and is never reported.</summary>
public sealed class PullRequestJobTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private Dictionary<string, string?> GitHub =>
        CiJobs.GitHub.With(
            ("GITHUB_EVENT_NAME", "pull_request"),
            ("GITHUB_REF", "refs/pull/12/merge"),
            ("GITHUB_REF_NAME", "12/merge"),
            ("GITHUB_HEAD_REF", "feat/basket"),
            ("GITHUB_EVENT_PATH", _folder["event.json"])
        );

    [Fact]
    public void GitHubs_event_names_the_commit()
    {
        File.WriteAllText(
            _folder["event.json"],
            """{"action":"synchronize","number":12,"pull_request":{"head":{"ref":"feat/basket","sha":"$"}}}""".Replace(
                "$",
                CiJobs.Head,
                StringComparison.Ordinal
            )
        );

        var filled = Fill(GitHub);

        Assert.Equal((CiJobs.Head, "feat/basket"), (filled.Report.CommitSha, filled.Report.Branch));
        Assert.Empty(filled.Warnings);
        Assert.Contains($"commitSha: {CiJobs.Head} from pull_request.head.sha in the file of GITHUB_EVENT_PATH", filled.Sources);
    }

    [Theory]
    [InlineData(null, "cannot be read")]
    [InlineData("", "is not valid JSON")]
    [InlineData("{\"pull_request\":", "is not valid JSON")]
    [InlineData("[]", "has no pull_request.head.sha")]
    [InlineData("{\"pull_request\":{\"head\":[1]}}", "has no pull_request.head.sha")]
    [InlineData("{\"pull_request\":{\"head\":{\"sha\":{}}}}", "has no pull_request.head.sha")]
    [InlineData("{\"pull_request\":{\"head\":{\"sha\":\"$(rm -rf /)\"}}}", "'$(rm -rf /)'")]
    public void Without_it_the_commit_is_left_out_with_a_warning(string? json, string why)
    {
        if (json is not null)
        {
            File.WriteAllText(_folder["event.json"], json);
        }

        AssertNoCommit(Fill(GitHub), why);
    }

    [Fact]
    public void A_file_that_is_too_large_is_not_read()
    {
        using (var file = File.Create(_folder["event.json"]))
        {
            file.SetLength(26 * 1024 * 1024);
        }

        AssertNoCommit(Fill(GitHub), "larger than any GitHub event");
    }

    [Fact]
    public void The_job_of_a_pull_request_that_was_merged_has_a_commit_that_stays()
    {
        var filled = Fill(GitHub.With(("GITHUB_REF", "refs/heads/main"), ("GITHUB_REF_NAME", "main")));

        Assert.Equal((CiJobs.Commit, "main"), (filled.Report.CommitSha, filled.Report.Branch));
    }

    [Fact]
    public void So_has_a_job_of_the_branch_that_a_pull_request_is_for() =>
        Assert.Equal(
            CiJobs.Commit,
            Fill(GitHub.With(("GITHUB_EVENT_NAME", "pull_request_target"), ("GITHUB_REF", "refs/heads/main"))).Report.CommitSha
        );

    [Fact]
    public void Azure_has_it_in_a_variable()
    {
        var azure = CiJobs.Azure.With(
            ("BUILD_REASON", "PullRequest"),
            ("BUILD_SOURCEBRANCH", "refs/pull/12/merge"),
            ("SYSTEM_PULLREQUEST_SOURCECOMMITID", CiJobs.Head),
            ("SYSTEM_PULLREQUEST_SOURCEBRANCH", "refs/heads/feat/basket")
        );

        var report = Fill(azure).Report;

        Assert.Equal((CiJobs.Head, "feat/basket"), (report.CommitSha, report.Branch));
        AssertNoCommit(Fill(azure.With(("SYSTEM_PULLREQUEST_SOURCECOMMITID", null))), "Azure Pipelines");
    }

    [Fact]
    public void GitLab_has_it_in_a_variable_where_it_merges()
    {
        var report = Fill(
            CiJobs.GitLab.With(("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", CiJobs.Head), ("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "feat/basket"))
        ).Report;

        Assert.Equal((CiJobs.Head, "feat/basket"), (report.CommitSha, report.Branch));
    }

    [Fact]
    public void Jenkins_has_it_nowhere()
    {
        var change = CiJobs.Jenkins.With(("CHANGE_ID", "12"), ("CHANGE_BRANCH", "feat/basket"), ("BRANCH_NAME", "PR-12"));

        var filled = Fill(change);

        AssertNoCommit(filled, "Jenkins");
        Assert.Equal(("feat/basket", null), (filled.Report.Branch, filled.Report.PreviousCommitSha));
        Assert.Equal(CiJobs.Commit, Fill(change.With(("BRANCH_NAME", "PR-12-head"))).Report.CommitSha);
        Assert.Equal("abcdef0", Fill(change, ("CommitSha", "abcdef0")).Report.CommitSha);
    }

    [Fact]
    public void The_checkout_is_not_used_for_a_commit_that_was_omitted()
    {
        Directory.CreateDirectory(_folder[".git"]);
        File.WriteAllText(Path.Combine(_folder[".git"], "HEAD"), CiJobs.Commit);

        AssertNoCommit(Fill(GitHub), "cannot be read");
    }

    public void Dispose() => _folder.Dispose();

    private static void AssertNoCommit(CiReportBuilder.Result filled, string why)
    {
        Assert.Empty(filled.Report.CommitSha);
        var warning = Assert.Single(filled.Warnings, warning => warning.Contains("commit", StringComparison.Ordinal));
        Assert.Contains(why, warning, StringComparison.Ordinal);
        Assert.EndsWith("Specify -CommitSha.", warning, StringComparison.Ordinal);
    }

    private CiReportBuilder.Result Fill(Dictionary<string, string?> environment, params (string Name, object? Value)[] given) =>
        new CiReportBuilder(name => environment.GetValueOrDefault(name), _folder.Path, new AutoAdvancingClock()).Build(
            given.Select(field => new KeyValuePair<string, object?>(field.Name, field.Value))
        );
}
