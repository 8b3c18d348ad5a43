using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace PxxlPeriscope.Sandbox;

/// <summary>The command-line arguments.</summary>
internal sealed record CommandLine(SandboxOptions Options, int? ParentProcessId)
{
    public const string Usage = """
        usage: PxxlPeriscope.Sandbox [--port N] [--deployments N] [--projects N] [--seed N] [--parent-pid N]

          --port N         port on 127.0.0.1; 0 (default) takes any free one
          --deployments N  how many deployments to make (default 200)
          --projects N     how many projects to make (default 6)
          --seed N         the same seed makes the same data (default 1)
          --parent-pid N   stop when that process is gone
        """;

    public static bool TryParse(string[] arguments, [NotNullWhen(true)] out CommandLine? parsed)
    {
        parsed = null;
        var commandLine = new CommandLine(new(), null);
        for (var index = 0; index < arguments.Length; index += 2)
        {
            if (
                index + 1 == arguments.Length
                || !int.TryParse(arguments[index + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || commandLine.With(arguments[index], number) is not { } next
            )
                return false;
            commandLine = next;
        }

        parsed = commandLine;
        return true;
    }

    private CommandLine? With(string name, int number) =>
        name switch
        {
            "--port" when number <= ushort.MaxValue => this with { Options = Options with { Port = number } },
            "--deployments" => this with { Options = Options with { Deployments = number } },
            "--projects" => this with { Options = Options with { Projects = number } },
            "--seed" => this with { Options = Options with { Seed = number } },
            "--parent-pid" => this with { ParentProcessId = number },
            _ => null,
        };
}
