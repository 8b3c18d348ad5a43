using System.Collections.Concurrent;
using PxxlPeriscope.Delivery;
using PxxlPeriscope.Sandbox.Faults;

namespace PxxlPeriscope.Tests.Delivery;

/// <summary>
/// Verifies the completion callback, which receives each outcome as soon as it is known, even if the outcome is not read.
/// </summary>
public sealed class ReportSenderTagTests
{
    [Fact]
    public async Task Each_outcome_has_its_tag_even_if_it_is_not_read()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        var told = new BlockingCollection<(object? Tag, bool IsDelivered)>();
        using var sender = new ReportSender(
            ReportDelivery.Create(outbox: null, fixture.Periscope),
            4,
            SandboxFixture.Ct,
            outcome =>
            {
                told.Add((outcome.Tag, outcome.IsDelivered));
                return Task.CompletedTask;
            }
        );

        sender.Add(SampleReports.Valid("pxxl-1"), "one");
        sender.Add(SampleReports.Valid("pxxl-2"), "two");

        Assert.Equal(
            [("one", true), ("two", true)],
            new[] { Take(told), Take(told) }.OrderBy(outcome => (string?)outcome.Tag, StringComparer.Ordinal)
        );
        Assert.True(sender.HasPending);
        Assert.Equal("one", (await sender.NextOutcomeAsync()).Tag);
    }

    [Fact]
    public async Task The_next_report_of_a_deployment_is_sent_after_the_callback()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        var gate = new TaskCompletionSource();
        var told = new BlockingCollection<object?>();
        using var sender = new ReportSender(
            ReportDelivery.Create(outbox: null, fixture.Periscope),
            4,
            SandboxFixture.Ct,
            async outcome =>
            {
                told.Add(outcome.Tag);
                await (outcome.Tag is 1 ? gate.Task : Task.CompletedTask);
            }
        );
        sender.Add(SampleReports.InProgress(), 1);
        sender.Add(SampleReports.Valid(), 2);
        sender.Add(SampleReports.Valid("pxxl-other"), 3);

        Assert.Equal([1, 3], new[] { Take(told), Take(told) }.OrderBy(tag => tag));
        Assert.Equal(["in_progress"], fixture.Sandbox.Reports["pxxl-dep_1"].Statuses);

        gate.SetResult();
        Assert.Equal(2, Take(told));
        Assert.Equal(["in_progress", "success"], fixture.Sandbox.Reports["pxxl-dep_1"].Statuses);
    }

    [Fact]
    public async Task An_exception_of_the_callback_is_thrown_to_the_reader_of_the_outcome()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        using var sender = new ReportSender(
            ReportDelivery.Create(outbox: null, fixture.Periscope),
            4,
            SandboxFixture.Ct,
            _ => throw new IOException("The inbox is gone.")
        );

        sender.Add(SampleReports.Valid());

        Assert.Equal("The inbox is gone.", (await Assert.ThrowsAsync<IOException>(sender.NextOutcomeAsync)).Message);
    }

    [Fact]
    public async Task Waiting_for_an_outcome_ends_without_one_if_another_task_completes_first()
    {
        await using var fixture = await SandboxFixture.StartAsync();
        fixture.Sandbox.Faults.Add(new Fault { Kind = FaultKind.HeldUntilCleared });
        using var sender = new ReportSender(ReportDelivery.Create(outbox: null, fixture.Periscope), 4, SandboxFixture.Ct);
        sender.Add(SampleReports.Valid(), "one");

        Assert.Null(await sender.NextOutcomeAsync(unless: Task.CompletedTask));

        Assert.True(sender.HasPending);
        fixture.Sandbox.Faults.Clear();
        Assert.Equal("one", (await sender.NextOutcomeAsync(unless: new TaskCompletionSource().Task))!.Tag);
        Assert.False(sender.HasPending);
    }

    private static T Take<T>(BlockingCollection<T> told) => told.Take(SandboxFixture.Ct);
}
