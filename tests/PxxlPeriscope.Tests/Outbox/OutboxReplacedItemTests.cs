using PxxlPeriscope.Outbox;

namespace PxxlPeriscope.Tests.Outbox;

/// <summary>Acts on items that another process replaced or removed after they were listed.</summary>
public sealed class OutboxReplacedItemTests : IDisposable
{
    private static readonly DeploymentReport Success = SampleReports.Valid();
    private static readonly DeploymentReport Failure = SampleReports.Valid() with { Status = ReportStatus.Failure };

    private readonly TempFolder _folder = new();
    private readonly AutoAdvancingClock _clock = new();

    private string Folder => Directory.CreateDirectory(_folder["outbox"]).FullName;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_item_that_was_replaced_is_not_removed_and_causes_an_error()
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
    public async Task The_same_report_is_removed_even_after_another_attempt()
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
    public async Task An_item_is_not_removed_while_it_is_being_sent()
    {
        var (outbox, another) = (await OpenAsync(), await OpenAsync());
        await outbox.EnqueueAsync(Success, Unreachable(), SandboxFixture.Ct);
        var listed = Assert.Single(await outbox.ListPendingAsync(SandboxFixture.Ct));
        Task<bool> removing;
        using (await another.AcquireAsync(Success.DeploymentId, SandboxFixture.Ct))
        {
            removing = ReportOutbox.RemoveAsync(listed, SandboxFixture.Ct);
            // A process that holds the lock finds the item unchanged and replaces it with another report.
            Assert.NotNull(await another.FindAsync(Success.DeploymentId, SandboxFixture.Ct));
            await another.EnqueueAsync(Failure, Unreachable(), SandboxFixture.Ct);
        }

        Assert.Equal(StateFailure.OutboxItemChanged, (await Assert.ThrowsAsync<ServiceException>(() => removing)).Cause);
    }

    [Fact]
    public async Task Requeueing_does_not_change_a_dead_letter_that_was_replaced()
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
    public async Task Requeueing_does_not_restore_an_item_that_another_process_removed()
    {
        var outbox = await OpenAsync();
        await outbox.DeadLetterAsync(Success, Unreachable(), SandboxFixture.Ct);
        var listed = Assert.Single(await outbox.ListDeadLettersAsync(SandboxFixture.Ct));
        Assert.True(await ReportOutbox.RemoveAsync(listed, SandboxFixture.Ct));

        Assert.Null(await outbox.RequeueAsync(listed, SandboxFixture.Ct));

        Assert.Empty(await outbox.ListPendingAsync(SandboxFixture.Ct));
    }

    [Fact]
    public async Task Requeueing_waits_for_the_lock_and_does_not_overwrite_a_queued_report()
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
    public async Task A_rejected_report_does_not_remove_the_report_that_replaced_it()
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
