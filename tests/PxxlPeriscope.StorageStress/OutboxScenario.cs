using PxxlPeriscope.Outbox;

namespace PxxlPeriscope.StorageStress;

/// <summary>One process queues and delivers reports, like Send- while Periscope is down; the other lists them, like Get-.</summary>
internal sealed class OutboxScenario : Scenario
{
    private const string Writer = "keeps-and-delivers";

    private static readonly string[] Waiting = ["ci-1", "ci-2", "ci-3", "ci-4"];

    public override string Name => "outbox";

    public override (string First, string Second) Roles => (Writer, "lists");

    public override async Task PrepareAsync(string folder)
    {
        var outbox = await ReportOutbox.OpenAsync(folder, CancellationToken.None);
        foreach (var id in Waiting)
        {
            await outbox.EnqueueAsync(Report(id, 0), failure: null, default);
        }
    }

    public override Task PlayAsync(string role, string folder, int operations, Tally tally) =>
        role == Writer ? WriteAsync(folder, operations, tally) : ReadAsync(folder, operations, tally);

    public override async Task VerifyAsync(string folder, int operations, Tally tally)
    {
        var items = await (await ReportOutbox.OpenReadOnlyAsync(folder, default, warn: tally.Fail)).ListPendingAsync(default);
        var expected = Enumerable
            .Range(operations - Waiting.Length, Waiting.Length)
            .Select(number => $"{Waiting[number % Waiting.Length]} {number}");
        Tally.Expect(
            items.Select(item => $"{item.DeploymentId} {item.Report.Branch}").ToHashSet().SetEquals(expected),
            $"{items.Count} items are queued, or their last state is wrong."
        );
        Tally.Expect(
            !Directory.EnumerateFiles(folder).Any(file => !file.EndsWith(".json", StringComparison.Ordinal)),
            "Temporary or damaged files remain."
        );
    }

    private static async Task WriteAsync(string folder, int operations, Tally tally)
    {
        var outbox = await ReportOutbox.OpenAsync(folder, default, warn: tally.Fail);
        for (var number = 0; number < operations; number++)
        {
            await tally.CountAsync(() => KeepAsync(Report(Waiting[number % Waiting.Length], number)));
            var passing = Report($"passing-{number % 3}", number);
            await tally.CountAsync(() => KeepAsync(passing));
            await tally.CountAsync(() => outbox.RemoveAsync(passing, default));
        }

        TwoProcesses.EndWriting(folder);

        async Task KeepAsync(DeploymentReport report)
        {
            using var held = await outbox.AcquireAsync(report.DeploymentId, default);
            await outbox.EnqueueAsync(report, failure: null, default);
        }
    }

    private static Task ReadAsync(string folder, int operations, Tally tally) =>
        TwoProcesses.WhileWrittenAsync(
            folder,
            operations,
            tally,
            async () =>
            {
                var outbox = await ReportOutbox.OpenReadOnlyAsync(folder, default, warn: tally.Fail);
                var there = (await outbox.ListPendingAsync(default)).Select(item => item.DeploymentId).ToHashSet();
                Tally.Expect(there.IsSupersetOf(Waiting), $"Only {there.Count} items are present.");
            }
        );

    private static DeploymentReport Report(string id, int number) =>
        new()
        {
            DeploymentId = id,
            CommitSha = "1a2b3c4d",
            Environment = "production",
            Status = "success",
            StartedAt = DateTimeOffset.UnixEpoch,
            CompletedAt = DateTimeOffset.UnixEpoch,
            Branch = $"{number}",
        };
}
