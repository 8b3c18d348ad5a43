using System.Globalization;
using PxxlPeriscope.StorageStress;

// Two processes work on the same files as fast as they can, for a given number of operations. Nothing may fail or be lost.
// Exit codes: 0 for success; 1 if anything failed or was lost; 2 for invalid arguments.
const string Usage = """
    usage: PxxlPeriscope.StorageStress run FOLDER OPERATIONS [SCENARIO]
           PxxlPeriscope.StorageStress role SCENARIO ROLE FOLDER OPERATIONS     (started by the first)
    """;

Scenario[] scenarios = [new OutboxScenario(), new StateScenario(), new LedgerScenario(), new RunLockScenario()];
switch (args)
{
    case ["run", var folder, var operations, .. var only]
        when only.Length < 2 && int.TryParse(operations, NumberStyles.None, CultureInfo.InvariantCulture, out var count):
        var failures = 0;
        foreach (var scenario in scenarios.Where(scenario => only.Length == 0 || scenario.Name == only[0]))
        {
            failures += await TwoProcesses.RunAsync(scenario, Path.Combine(folder, scenario.Name), count);
        }

        return failures == 0 ? 0 : 1;

    case ["role", var name, var role, var folder, var operations]:
        await TwoProcesses.PlayAsync(
            scenarios.Single(scenario => scenario.Name == name),
            role,
            folder,
            int.Parse(operations, CultureInfo.InvariantCulture)
        );
        return 0;

    default:
        Console.Error.WriteLine(Usage);
        return 2;
}
