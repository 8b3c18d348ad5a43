using PxxlPeriscope.Sync;

namespace PxxlPeriscope.StorageStress;

/// <summary>One process saves the state of a synchronization, the other reads it, like Sync- -WhatIf.</summary>
internal sealed class StateScenario : Scenario
{
    private const string Writer = "saves";

    private static readonly (string Scope, string Project) Key = ("scope", "project");

    public override string Name => "state";

    public override (string First, string Second) Roles => (Writer, "looks");

    public override async Task PrepareAsync(string folder) => await SaveAsync(await OpenAsync(folder, null), 0);

    public override Task PlayAsync(string role, string folder, int operations, Tally tally) =>
        role == Writer ? WriteAsync(folder, operations, tally) : ReadAsync(folder, operations, tally);

    public override async Task VerifyAsync(string folder, int operations, Tally tally)
    {
        Tally.Expect(await NumberAsync(folder, tally) == operations, "The last state is missing.");
        Tally.Expect(
            !Directory.EnumerateFiles(folder, "*.tmp").Any() && !Directory.EnumerateFiles(folder, "*damaged*").Any(),
            "Temporary or damaged files remain."
        );
    }

    private static async Task WriteAsync(string folder, int operations, Tally tally)
    {
        var state = await OpenAsync(folder, tally.Fail);
        for (var number = 1; number <= operations; number++)
        {
            await tally.CountAsync(() => SaveAsync(state, number));
        }

        TwoProcesses.EndWriting(folder);
    }

    private static Task ReadAsync(string folder, int operations, Tally tally)
    {
        var last = 0L;
        return TwoProcesses.WhileWrittenAsync(
            folder,
            operations,
            tally,
            async () =>
            {
                var number = await NumberAsync(folder, tally);
                Tally.Expect(number >= last, $"The state went back from {last} to {number}.");
                last = number;
            }
        );
    }

    private static Task<SyncState> OpenAsync(string folder, Action<string>? warn) =>
        SyncState.OpenAsync(folder, TimeProvider.System, warn, default);

    private static Task SaveAsync(SyncState state, int number)
    {
        state.ReadUntil[Key] = DateTimeOffset.FromUnixTimeSeconds(number);
        return state.SaveAsync(default);
    }

    private static async Task<long> NumberAsync(string folder, Tally tally)
    {
        var state = await SyncState.OpenReadOnlyAsync(folder, TimeProvider.System, tally.Fail, default);
        return state.ReadUntil.TryGetValue(Key, out var until) ? until.ToUnixTimeSeconds() : -1;
    }
}
