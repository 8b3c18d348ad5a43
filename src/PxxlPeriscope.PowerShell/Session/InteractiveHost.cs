namespace PxxlPeriscope.PowerShell.Session;

/// <summary>Tells whether somebody is watching: only then are there progress bars.</summary>
internal static class InteractiveHost
{
    private const string ConsoleHost = "ConsoleHost";
    private const string Dashes = "-/\u2013\u2014\u2015";

    /// <summary>Those with a screen. A runbook's, a service's, a job's or a test's is none of them.</summary>
    private static readonly string[] Hosts = [ConsoleHost, "Visual Studio Code Host", "Windows PowerShell ISE Host"];

    /// <summary>The variables that CI platforms set; CI is common to most of them. (docs/facts/periscope-api.md.)</summary>
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
    /// <param name="hasDesktop">Whether the process could show anything; a scheduled task of Windows that runs without a user cannot.</param>
    /// <param name="isOutputRedirected">Whether what is written to the console goes to a file or another program.</param>
    /// <param name="commandLine">How the process was started.</param>
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
        // The editors start PowerShell as they need it, and show what it writes in windows of their own.
        && (host != ConsoleHost || !(isOutputRedirected || IsNonInteractive(commandLine)))
        && CiVariables.All(mark => environment(mark) is not { } value || FalseValues.Contains(value.Trim().ToLowerInvariant()));

    // PowerShell's own rules; what follows a script or a command is for that.
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
