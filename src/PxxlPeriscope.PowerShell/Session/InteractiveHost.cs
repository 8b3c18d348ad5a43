namespace PxxlPeriscope.PowerShell.Session;

/// <summary>Determines whether a user is watching. Progress bars are shown only then.</summary>
internal static class InteractiveHost
{
    private const string ConsoleHost = "ConsoleHost";
    private const string Dashes = "-/\u2013\u2014\u2015";

    /// <summary>The hosts with a screen. The hosts of runbooks, services, jobs and tests are not among them.</summary>
    private static readonly string[] Hosts = [ConsoleHost, "Visual Studio Code Host", "Windows PowerShell ISE Host"];

    /// <summary>The variables that CI platforms set. Most of them set CI. See docs/facts/periscope-api.md.</summary>
    private static readonly string[] CiVariables =
    [
        "CI",
        "TF_BUILD",
        "GITHUB_ACTIONS",
        "GITLAB_CI",
        "JENKINS_URL",
        "BUILD_TAG",
        "AUTOMATION_ASSET_ACCOUNTID",
    ];
    private static readonly string[] FalseValues = ["", "0", "false", "no"];

    internal static bool IsInteractive(string host) =>
        IsInteractive(
            host,
            Environment.UserInteractive,
            Console.IsOutputRedirected,
            Environment.GetCommandLineArgs(),
            Environment.GetEnvironmentVariable
        );

    /// <param name="host">The name of the PowerShell host.</param>
    /// <param name="hasDesktop">Whether the process can display anything. A Windows scheduled task that runs without a user cannot.</param>
    /// <param name="isOutputRedirected">Whether console output is redirected to a file or another program.</param>
    /// <param name="commandLine">The command line of the process.</param>
    /// <param name="environment">Reads an environment variable.</param>
    internal static bool IsInteractive(
        string host,
        bool hasDesktop,
        bool isOutputRedirected,
        IEnumerable<string> commandLine,
        Func<string, string?> environment
    ) =>
        Hosts.Contains(host)
        && hasDesktop
        // The editors choose the command line themselves and show the output in their own windows.
        && (host != ConsoleHost || !(isOutputRedirected || IsNonInteractive(commandLine)))
        && CiVariables.All(mark => environment(mark) is not { } value || FalseValues.Contains(value.Trim().ToLowerInvariant()));

    // Follows the command line rules of PowerShell. Arguments after a script or command belong to that script or command.
    private static bool IsNonInteractive(IEnumerable<string> commandLine) =>
        commandLine
            .TakeWhile(argument => !IsSwitch(argument, "file", 1) && !IsSwitch(argument, "command", 1))
            .Any(argument => IsSwitch(argument, "noninteractive", 4));

    private static bool IsSwitch(string argument, string name, int minimumLength)
    {
        var argumentName = argument.TrimStart(Dashes.ToCharArray());
        return argumentName.Length < argument.Length
            && argumentName.Length >= minimumLength
            && name.StartsWith(argumentName, StringComparison.OrdinalIgnoreCase);
    }
}
