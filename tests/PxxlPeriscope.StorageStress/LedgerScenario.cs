using System.Text.Json;
using PxxlPeriscope.Storage;

namespace PxxlPeriscope.StorageStress;

/// <summary>Both processes append to one ledger file, compact it regularly, and read it without its lock.</summary>
internal sealed class LedgerScenario : Scenario
{
    private const int BetweenCompactions = 5;
    private const int Looks = 5;

    public override string Name => "ledger";

    public override (string First, string Second) Roles => ("appends-and-compacts-a", "appends-and-compacts-b");

    public override async Task PlayAsync(string role, string folder, int operations, Tally tally)
    {
        var ledger = new Ledger(folder);
        await tally.CountAsync(ledger.OpenAsync);
        for (var number = 0; number < operations; number++)
        {
            await tally.CountAsync(() => ledger.AppendAsync($"{role} {number}"));
            for (var look = 0; look < Looks; look++)
            {
                await tally.CountAsync(() => LookAsync(role, number + 1));
            }

            if (number % BetweenCompactions == BetweenCompactions - 1)
            {
                await tally.CountAsync(ledger.CompactAsync);
            }
        }

        async Task LookAsync(string mine, int expected)
        {
            var other = new Ledger(folder);
            await other.LookAsync();
            Tally.Expect(
                other.Facts.Count(fact => fact.StartsWith(mine, StringComparison.Ordinal)) == expected,
                "The appended fact is missing."
            );
        }
    }

    public override async Task VerifyAsync(string folder, int operations, Tally tally)
    {
        var ledger = new Ledger(folder);
        await ledger.OpenAsync();
        Tally.Expect(ledger.Facts.Count == 2 * operations, $"{ledger.Facts.Count} of {2 * operations} facts are present.");
        Tally.Expect(
            !Directory.EnumerateFiles(folder, "*.tmp").Any() && !Directory.EnumerateFiles(folder, "*damaged*").Any(),
            "Temporary or damaged files remain."
        );
    }

    private sealed class Ledger
    {
        private readonly JsonLinesFile _lines;

        public Ledger(string folder) =>
            _lines = new JsonLinesFile(
                Path.Combine(folder, "sent.jsonl"),
                1,
                line => Facts.Add(line.GetProperty("fact").GetString()!) || true,
                Facts.Clear,
                () => new InvalidDataException("The ledger is too new.")
            );

        public HashSet<string> Facts { get; } = [];

        public Task LookAsync() => _lines.OpenReadOnlyAsync(default);

        public async Task OpenAsync() => Tally.Expect(await _lines.OpenAsync(() => false, Lines, default) is null, "It was damaged.");

        public async Task AppendAsync(string fact)
        {
            await _lines.AppendAsync(json => Write(json, fact), isDurable: false, default);
            Facts.Add(fact);
        }

        public Task CompactAsync() => _lines.CompactAsync(Lines, default);

        private IEnumerable<Action<Utf8JsonWriter>> Lines() => Facts.Select(fact => (Action<Utf8JsonWriter>)(json => Write(json, fact)));

        private static void Write(Utf8JsonWriter json, string fact)
        {
            json.WriteStartObject();
            json.WriteString("fact", fact);
            json.WriteEndObject();
        }
    }
}
