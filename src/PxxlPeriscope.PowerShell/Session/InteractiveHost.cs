namespace PxxlPeriscope.PowerShell.Session;

/// <summary>Tells whether somebody is watching: only then are there progress bars.</summary>
internal static class InteractiveHost
{
    private static readonly string[] Hosts = ["ConsoleHost", "Visual Studio Code Host", "Windows PowerShell ISE Host"];

    /// <summary>What the CI systems set. (Fact sheet Periscope, section (f); CI is common to most of them.)</summary>
    private static readonly string[] CiMarks = ["CI", "TF_BUILD", "GITHUB_ACTIONS", "GITLAB_CI", "JENKINS_URL", "BUILD_TAG", "AUTOMATION_ASSET_ACCOUNTID"];

    /// <param name="host">The name of the PowerShell host; a runbook's, a service's or a test's is none of those with a screen.</param>
    /// <param name="isOutputRedirected">Whether what is written goes to a file or another program.</param>
    /// <param name="commandLine">How the process was started.</param>
    /// <param name="environment">Reads an environment variable.</param>
    internal static bool Is(string host, bool isOutputRedirected, IEnumerable<string> commandLine, Func<string, string?> environment) =>
        Hosts.Contains(host)
        && !isOutputRedirected
        && !commandLine.Any(argument => argument.Length > 4 && "-NonInteractive".StartsWith(argument, StringComparison.OrdinalIgnoreCase))
        && CiMarks.All(mark => environment(mark) is null or "" or "false" or "False");

    internal static bool Is(string host) => Is(host, Console.IsOutputRedirected, Environment.GetCommandLineArgs(), Environment.GetEnvironmentVariable);
}
