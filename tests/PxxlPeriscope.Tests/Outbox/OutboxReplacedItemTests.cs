using PxxlPeriscope.Outbox;

namespace PxxlPeriscope.Tests.Outbox;

/// <summary>An item that was listed, and what another process does with its deployment before somebody acts on it.</summary>
public sealed class OutboxReplacedItemTests : IDisposable
{
    private static readonly DeploymentReport Success = SampleReports.Valid();
    private static readonly DeploymentReport Failure = SampleReports.Valid() with { Status = ReportStatus.Failure };

    private readonly TempFolder _folder = new();
    private readonly AutoAdvancingClock _clock = new();

    private string Folder => Directory.CreateDirectory(_folder["outbox"]).FullName;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_newer_report_in_its_place_is_not_removed_and_the_error_says_so()
    {
        var outbox = await OpenAsync();
        await outbox.EnqueueAsync(Success, Unreachable(), SandboxFixture.Ct);
        var listed = Assert.Single(await outbox.ListPendingAsync(SandboxFixture.Ct));
        await outbox.EnqueueAsync(Failure, Unreachable(), SandboxFixture.Ct);

        var changed = await Assert.ThrowsAsync<ServiceException>(() => ReportOutbox.RemoveAsync(listed, SandboxFixture.Ct));

        Assert.Equal(("PeriscopeOutboxItemChanged", false), (changed.ErrorId, changed.IsFatal));
        Assert.Contains(
            "replaced after it was listed: the file now contains another report with the status failure",
            changed.Message,
            StringComparison.Ordinal
        );
        Assert.Equal(Failure, Assert.Single(await outbox.ListPendingAsync(SandboxFixture.Ct)).Report);
    }

    [Fact]
    public async Task The_same_report_is_removed_also_after_another_attempt()
    {
        var outbox = await OpenAsync();
        await outbox.EnqueueAsync(Success, Unreachable(), SandboxFixture.Ct);
        var listed = Assert.Single(await outbox.ListPendingAsync(SandboxFixture.Ct));
        await outbox.EnqueueAsync(Success, Unreachable(), SandboxFixture.Ct);

        Assert.True(await ReportOutbox.RemoveAsync(listed, SandboxFixture.Ct));

        Assert.Empty(await outbox.ListPendingAsync(SandboxFixture.Ct));
        Assert.False(await ReportOutbox.RemoveAsync(listed, SandboxFixture.Ct));
    }

    [Fact]
    public async Task It_is_removed_only_once_nobody_sends_it_any_more()
    {
        var (outbox, another) = (await OpenAsync(), await OpenAsync());
        await outbox.EnqueueAsync(Success, Unreachable(), SandboxFixture.Ct);
        var listed = Assert.Single(await outbox.ListPendingAsync(SandboxFixture.Ct));
        Task<bool> removing;
        using (await another.AcquireAsync(Success.DeploymentId, SandboxFixture.Ct))
        {
            removing = ReportOutbox.RemoveAsync(listed, SandboxFixture.Ct);
            // Whoever has the lock finds it where it was, and leaves another report.
            Assert.NotNull(await another.FindAsync(Success.DeploymentId, SandboxFixture.Ct));
            await another.EnqueueAsync(Failure, Unreachable(), SandboxFixture.Ct);
        }

        Assert.Equal(StateFailure.OutboxItemChanged, (await Assert.ThrowsAsync<ServiceException>(() => removing)).Cause);
    }

    [Fact]
    public async Task Requeueing_leaves_another_report_among_the_dead_letters_where_it_is()
    {
        var outbox = await OpenAsync();
        await outbox.DeadLetterAsync(Success, Unreachable(), SandboxFixture.Ct);
        var listed = Assert.Single(await outbox.ListDeadLettersAsync(SandboxFixture.Ct));
        await outbox.DeadLetterAsync(Failure, Unreachable(), SandboxFixture.Ct);
        File.Move(
            (await outbox.ListDeadLettersAsync(SandboxFixture.Ct)).Single(item => item.Status == ReportStatus.Failure).Path,
            listed.Path,
            overwrite: true
        );

        var changed = await Assert.ThrowsAsync<ServiceException>(() => outbox.RequeueAsync(listed, SandboxFixture.Ct));

        Assert.Equal(StateFailure.OutboxItemChanged, changed.Cause);
        Assert.Equal(Failure, Assert.Single(await outbox.ListDeadLettersAsync(SandboxFixture.Ct)).Report);
        Assert.Empty(await outbox.ListPendingAsync(SandboxFixture.Ct));
    }

    [Fact]
    public async Task Requeueing_does_not_bring_back_what_another_process_has_removed()
    {
        var outbox = await OpenAsync();
        await outbox.DeadLetterAsync(Success, Unreachable(), SandboxFixture.Ct);
        var listed = Assert.Single(await outbox.ListDeadLettersAsync(SandboxFixture.Ct));
        Assert.True(await ReportOutbox.RemoveAsync(listed, SandboxFixture.Ct));

        Assert.Null(await outbox.RequeueAsync(listed, SandboxFixture.Ct));

        Assert.Empty(await outbox.ListPendingAsync(SandboxFixture.Ct));
    }

    [Fact]
    public async Task Requeueing_waits_for_whoever_has_the_deployment_and_then_does_not_overwrite_what_waits()
    {
        var (outbox, another) = (await OpenAsync(), await OpenAsync());
        await outbox.DeadLetterAsync(Success, Unreachable(), SandboxFixture.Ct);
        var listed = Assert.Single(await outbox.ListDeadLettersAsync(SandboxFixture.Ct));
        Task<OutboxItem?> requeueing;
        using (await another.AcquireAsync(Success.DeploymentId, SandboxFixture.Ct))
        {
            requeueing = outbox.RequeueAsync(listed, SandboxFixture.Ct);
            await another.EnqueueAsync(Failure, Unreachable(), SandboxFixture.Ct);
        }

        Assert.Equal(Failure, (await requeueing)!.Report);
        Assert.Equal(Failure, Assert.Single(await outbox.ListPendingAsync(SandboxFixture.Ct)).Report);
        Assert.Single(await outbox.ListDeadLettersAsync(SandboxFixture.Ct));
    }

    [Fact]
    public async Task A_refused_report_does_not_take_along_one_that_takes_its_place_meanwhile()
    {
        var (outbox, another) = (await OpenAsync(), await OpenAsync());
        await outbox.EnqueueAsync(Success, Unreachable(), SandboxFixture.Ct);
        Task refusing;
        using (await another.AcquireAsync(Success.DeploymentId, SandboxFixture.Ct))
        {
            refusing = outbox.DeadLetterAsync(Success, Unreachable(), SandboxFixture.Ct);
            Assert.NotNull(await another.FindAsync(Success.DeploymentId, SandboxFixture.Ct));
            await another.EnqueueAsync(Failure, Unreachable(), SandboxFixture.Ct);
        }

        await refusing;

        Assert.Equal(Failure, Assert.Single(await outbox.ListPendingAsync(SandboxFixture.Ct)).Report);
        Assert.Equal(Success, Assert.Single(await outbox.ListDeadLettersAsync(SandboxFixture.Ct)).Report);
    }

    private static ServiceException Unreachable() => new(ServiceName.Periscope, CallFailure.Unreachable, "No connection.") { Attempts = 1 };

    private Task<ReportOutbox> OpenAsync() => ReportOutbox.OpenAsync(Folder, SandboxFixture.Ct, _clock);
}
