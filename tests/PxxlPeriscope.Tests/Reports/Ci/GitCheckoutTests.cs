using PxxlPeriscope.Reports.Ci;
using PxxlPeriscope.Tests.Pester;

namespace PxxlPeriscope.Tests.Reports.Ci;

/// <summary>Values from a git checkout outside a CI job.</summary>
public sealed class GitCheckoutTests : IDisposable
{
    private const string Commit = CiJobs.Commit;

    private readonly TempFolder _folder = new();

    [Fact]
    public void Commit_branch_and_service_are_filled_in_and_no_id()
    {
        Write(".git/HEAD", "ref: refs/heads/feat/basket\n");
        Write(".git/refs/heads/feat/basket", Commit + "\n");
        Write(
            ".git/config",
            "[core]\n\tbare = false\n[remote \"fork\"]\n\turl = https://git.example/me/fork.git\n"
                + "[remote \"origin\"]\n\turl = https://me:very-secret@git.example/harbour/checkout-api.git\n\tfetch = x\n"
                + "[branch \"main\"]\n\tremote = origin\n"
        );
        Directory.CreateDirectory(_folder["src/deep"]);

        var filled = Fill(_folder["src/deep"], ("Environment", "production"), ("Status", "success"));

        Assert.Equal((Commit, "feat/basket", "checkout-api"), (filled.Report.CommitSha, filled.Report.Branch, filled.Report.Service));
        Assert.Equal(["deploymentId is missing"], ReportValidation.Check(filled.Report).Reasons);
        Assert.Contains($"commitSha: {Commit} from HEAD of {_folder.Path}", filled.Sources);
        Assert.DoesNotContain(filled.Sources, line => line.Contains("very-secret", StringComparison.Ordinal));
    }

    [Fact]
    public void A_packed_branch_is_found()
    {
        Write(".git/HEAD", "ref: refs/heads/main");
        Write(
            ".git/packed-refs",
            "# pack-refs with: peeled fully-peeled sorted\n"
                + $"{CiJobs.Head} refs/heads/old/refs/heads/main\r\n{Commit} refs/heads/main\n^{CiJobs.Head}\n"
        );

        Assert.Equal(Commit, Fill(_folder.Path).Report.CommitSha);
    }

    [Fact]
    public void A_detached_HEAD_has_a_commit_and_no_branch()
    {
        Write(".git/HEAD", Commit + "\n");

        var report = Fill(_folder.Path).Report;

        Assert.Equal((Commit, null), (report.CommitSha, report.Branch));
    }

    [Fact]
    public void A_worktree_has_its_own_HEAD_and_the_branches_of_the_other()
    {
        Write("main/.git/HEAD", "ref: refs/heads/main");
        Write("main/.git/refs/heads/hotfix", Commit);
        Write("main/.git/config", "[remote \"origin\"]\n\turl = git@git.example:harbour/checkout-api.git");
        Write("main/.git/worktrees/hotfix/HEAD", "ref: refs/heads/hotfix");
        Write("main/.git/worktrees/hotfix/commondir", "../..\n");
        Write("hotfix/.git", $"gitdir: {_folder["main/.git/worktrees/hotfix"]}\n");

        var report = Fill(_folder["hotfix"]).Report;

        Assert.Equal((Commit, "hotfix", "checkout-api"), (report.CommitSha, report.Branch, report.Service));
    }

    [Theory]
    [InlineData("ref: refs/heads/main", null)]
    [InlineData("ref: refs/heads/.invalid", null)]
    [InlineData("ref: refs/heads/../../secret", null)]
    [InlineData(
        "9868bbc0d1f24a5e8b7c6d5e4f3a2b1c0d9e8f7a9868bbc0d1f24a5e8b7c6d5e",
        "9868bbc0d1f24a5e8b7c6d5e4f3a2b1c0d9e8f7a9868bbc0d1f24a5e8b7c6d5e"
    )]
    public void A_HEAD_without_a_commit_for_Periscope_is_a_warning(string head, string? named)
    {
        Write(".git/HEAD", head);
        Write(".git/secret", Commit);

        var filled = Fill(_folder.Path);

        Assert.Empty(filled.Report.CommitSha);
        var warning = Assert.Single(filled.Warnings);
        Assert.Contains(named ?? "has no commit yet", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_outside_a_checkout_adds_nothing_and_is_reported()
    {
        var filled = Fill(_folder.Path, ("Status", "success"));

        Assert.Equal(new DeploymentReport { Status = "success" }, filled.Report);
        Assert.Contains($"no git checkout in or above {_folder.Path}", filled.Sources[0], StringComparison.Ordinal);
        Assert.Empty(filled.Warnings);
    }

    [Fact]
    public void The_branch_is_that_of_HEAD_not_of_another_commit()
    {
        Write(".git/HEAD", "ref: refs/heads/main");
        Write(".git/refs/heads/main", Commit);

        Assert.Equal(
            ("abcdef0", null),
            (Fill(_folder.Path, ("CommitSha", "abcdef0")).Report is var report ? (report.CommitSha, report.Branch) : default)
        );
    }

    [Fact]
    public void A_job_of_Jenkins_without_git_variables_has_the_checkout()
    {
        Write(".git/HEAD", Commit);
        var jenkins = CiJobs.Jenkins.With(("GIT_COMMIT", null), ("GIT_URL", null), ("GIT_BRANCH", null));

        var report = new CiReportBuilder(name => jenkins.GetValueOrDefault(name), _folder.Path, new AutoAdvancingClock()).Build([]).Report;

        Assert.Equal((Commit, "jenkins-shop-checkout-17"), (report.CommitSha, report.DeploymentId));
    }

    [Fact]
    public async Task It_reads_files_written_by_git()
    {
        var git = ProcessRunner.FindProgram("git");
        Assert.SkipWhen(git is null, "There is no git on the PATH.");
        var one = _folder["one"];
        Directory.CreateDirectory(one);
        await GitAsync(one, "init", "--quiet", "--initial-branch", "main");
        await GitAsync(one, "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "--allow-empty", "-m", "x");
        await GitAsync(one, "remote", "add", "origin", "https://git.example/harbour/checkout-api.git");
        await GitAsync(one, "worktree", "add", "--quiet", "-b", "hotfix", _folder["two"]);
        await GitAsync(one, "pack-refs", "--all");
        var commit = await GitAsync(one, "rev-parse", "HEAD");

        Assert.All(
            [(one, "main"), (_folder["two"], "hotfix")],
            place =>
            {
                var report = Fill(place.Item1).Report;
                Assert.Equal((commit, place.Item2, "checkout-api"), (report.CommitSha, report.Branch, report.Service));
            }
        );

        async Task<string> GitAsync(string folder, params string[] arguments)
        {
            // Ignores variables that are set where the tests run, for example in a hook.
            var settings = new Dictionary<string, string?>
            {
                ["GIT_CONFIG_GLOBAL"] = _folder["none"],
                ["GIT_CONFIG_NOSYSTEM"] = "1",
                ["GIT_DIR"] = Path.Combine(folder, ".git"),
            };
            var (exitCode, output) = await ProcessRunner.RunAsync(
                git,
                ["-C", folder, .. arguments],
                settings,
                TimeSpan.FromMinutes(1),
                TestContext.Current.CancellationToken
            );
            Assert.True(exitCode == 0, output);
            return output.Trim();
        }
    }

    public void Dispose() => _folder.Dispose();

    private static CiReportBuilder.Result Fill(string folder, params (string Name, object? Value)[] given) =>
        new CiReportBuilder(_ => null, folder, new AutoAdvancingClock()).Build(
            given.Select(field => new KeyValuePair<string, object?>(field.Name, field.Value))
        );

    private void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[file])!);
        File.WriteAllText(_folder[file], text);
    }
}
