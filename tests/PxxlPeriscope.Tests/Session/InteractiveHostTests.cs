using PxxlPeriscope.PowerShell.Session;

namespace PxxlPeriscope.Tests.Session;

/// <summary>Verifies when a session is interactive, depending on the host and how it was started.</summary>
public sealed class InteractiveHostTests
{
    [Theory]
    [InlineData("ConsoleHost", true)]
    [InlineData("Visual Studio Code Host", true)]
    [InlineData("Windows PowerShell ISE Host", true)]
    // Runbooks, jobs, remoting, Azure Functions and applications that host PowerShell.
    [InlineData("Orchestrator", false)]
    [InlineData("Default Host", false)]
    [InlineData("ServerRemoteHost", false)]
    [InlineData("AzureFunctionsHost", false)]
    [InlineData("", false)]
    public void Only_hosts_with_a_screen_are_interactive(string host, bool isInteractive) => Assert.Equal(isInteractive, Is(host));

    [Theory]
    [InlineData("pwsh", true)]
    [InlineData("pwsh -NoProfile -NoLogo", true)]
    [InlineData("pwsh -NoProfile -File report.ps1", true)]
    [InlineData("pwsh -NonInteractive", false)]
    [InlineData("pwsh -noninteractive -File report.ps1", false)]
    [InlineData("pwsh -NonI", false)]
    [InlineData("pwsh -noninter -c Get-PxxlProject", false)]
    [InlineData("pwsh --NonInteractive", false)]
    [InlineData("pwsh /NonInteractive", false)]
    [InlineData("pwsh \u2013NonInteractive", false)]
    [InlineData("pwsh -ExecutionPolicy Bypass -NonInteractive -File report.ps1", false)]
    [InlineData("pwsh -no", true)]
    [InlineData("pwsh noninteractive", true)]
    // Arguments after a script or command belong to the script.
    [InlineData("pwsh -File report.ps1 -NonInteractive", true)]
    [InlineData("pwsh -c Show-It -NonInteractive", true)]
    public void A_console_started_with_NonInteractive_is_not_interactive(string commandLine, bool isInteractive) =>
        Assert.Equal(isInteractive, Is(commandLine: commandLine));

    [Fact]
    public void A_console_with_redirected_output_is_not_interactive()
    {
        Assert.False(Is(isOutputRedirected: true));
        // A scheduled task of Windows or cron, with a log file.
        Assert.False(Is(commandLine: "pwsh -File report.ps1", isOutputRedirected: true));
    }

    [Fact]
    public void A_Windows_scheduled_task_without_a_user_is_not_interactive() =>
        Assert.False(Is(commandLine: "pwsh -File report.ps1", hasDesktop: false));

    [Fact]
    public void Editors_are_interactive_regardless_of_the_command_line()
    {
        Assert.True(Is("Visual Studio Code Host", commandLine: "pwsh -NoProfile -NonInteractive -EncodedCommand eA=="));
        Assert.True(Is("Windows PowerShell ISE Host", isOutputRedirected: true));
    }

    [Theory]
    [InlineData("CI", "true", false)]
    [InlineData("CI", "1", false)]
    [InlineData("CI", "false", true)]
    [InlineData("CI", "False", true)]
    [InlineData("CI", "0", true)]
    [InlineData("CI", "", true)]
    [InlineData("TF_BUILD", "True", false)]
    [InlineData("GITHUB_ACTIONS", "true", false)]
    [InlineData("GITLAB_CI", "true", false)]
    [InlineData("JENKINS_URL", "https://ci.example/", false)]
    [InlineData("BUILD_TAG", "jenkins-shop-12", false)]
    [InlineData("AUTOMATION_ASSET_ACCOUNTID", "0f8fad5b", false)]
    [InlineData("HOME", "/home/ada", true)]
    public void A_CI_or_Azure_Automation_job_is_not_interactive(string variable, string value, bool isInteractive) =>
        Assert.Equal(isInteractive, Is(environment: name => name == variable ? value : null));

    private static bool Is(
        string host = "ConsoleHost",
        bool hasDesktop = true,
        bool isOutputRedirected = false,
        string commandLine = "pwsh",
        Func<string, string?>? environment = null
    ) => InteractiveHost.IsInteractive(host, hasDesktop, isOutputRedirected, commandLine.Split(' '), environment ?? (_ => null));
}
