# Dot-sourced in BeforeAll by every test file. Provides a sandbox of both services on loopback, the settings that a user would make for
# it, and functions to inspect what it received. Nothing here waits for a fixed time. The sandbox ends with the test file or this process.

function Get-TestedModule {
    # The module to test: the build output in out/, or the path in PXXLPERISCOPE_MODULE.
    [CmdletBinding()]
    [OutputType([string])]
    param()
    if ($env:PXXLPERISCOPE_MODULE) {
        return (Resolve-Path -LiteralPath $env:PXXLPERISCOPE_MODULE).ProviderPath
    }
    $built = Join-Path -Path $PSScriptRoot -ChildPath '../../out/PxxlPeriscope'
    if (-not (Test-Path -LiteralPath (Join-Path -Path $built -ChildPath 'PxxlPeriscope.psd1'))) {
        throw 'The module is not built. Run: dotnet build'
    }
    return (Resolve-Path -LiteralPath $built).ProviderPath
}

function Get-SandboxProgram {
    # The newest build of the sandbox, or the path in PXXLPERISCOPE_SANDBOX.
    [CmdletBinding()]
    [OutputType([string])]
    param()
    if ($env:PXXLPERISCOPE_SANDBOX) {
        return (Resolve-Path -LiteralPath $env:PXXLPERISCOPE_SANDBOX).ProviderPath
    }
    $builds = Join-Path -Path $PSScriptRoot -ChildPath '../PxxlPeriscope.Sandbox/bin/*/net8.0/PxxlPeriscope.Sandbox.dll'
    $newest = Get-Item -Path $builds -ErrorAction Ignore | Sort-Object -Property LastWriteTimeUtc -Descending | Select-Object -First 1
    if (-not $newest) {
        throw 'The sandbox is not built. Run: dotnet build'
    }
    return $newest.FullName
}

function Open-Sandbox {
    # Starts a sandbox, and sets the environment variables that it prints. Close-Sandbox reverts both.
    [CmdletBinding()]
    [OutputType([pscustomobject])]
    param(
        [int] $Deployments = 500,
        [int] $Projects = 6
    )
    $names = 'PXXL_API_URL', 'PXXL_API_KEY', 'PXXL_TEAM_ID', 'PERISCOPE_API_URL', 'PERISCOPE_API_KEY', 'PXXL_WEBHOOK_SECRET', 'XDG_CONFIG_HOME'
    # The variables that identify a CI job. The tests may run in one, and only those of New-PeriscopeDeployment test this detection.
    $jobs = 'GITHUB_ACTIONS', 'TF_BUILD', 'GITLAB_CI', 'JENKINS_URL', 'BUILD_TAG'
    $before = @{}
    foreach ($name in $names + $jobs) {
        $before[$name] = [System.Environment]::GetEnvironmentVariable($name)
    }
    # An executable, if there is no dotnet to start the sandbox.
    $program = Get-SandboxProgram
    $isAssembly = $program -like '*.dll'
    $start = [System.Diagnostics.ProcessStartInfo]::new($(if ($isAssembly) { 'dotnet' } else { $program }))
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardInput = $true
    foreach ($argument in @(if ($isAssembly) { $program }) + @('--port', '0', '--deployments', $Deployments, '--projects', $Projects, '--seed', '1', '--parent-pid', $PID)) {
        $start.ArgumentList.Add($argument)
    }
    # PowerShell may run on another .NET version than the sandbox.
    [void] $start.Environment.Remove('DOTNET_ROLL_FORWARD')
    $process = [System.Diagnostics.Process]::Start($start)
    $settings = @{}
    while ($settings.Count -lt 5) {
        $line = $process.StandardOutput.ReadLine()
        if ($null -eq $line) {
            throw "The sandbox did not start (exit code $($process.ExitCode))."
        }
        $name, $value = $line -split '=', 2
        if ($null -ne $value) {
            $settings[$name] = $value
        }
    }
    $sandbox = [pscustomobject]@{
        Process       = $process
        Before        = $before
        Settings      = $settings
        Root          = $settings.PERISCOPE_API_URL.TrimEnd('/')
        PxxlUri       = $settings.PXXL_API_URL
        PxxlKey       = $settings.PXXL_API_KEY
        PeriscopeUri  = $settings.PERISCOPE_API_URL
        PeriscopeKey  = $settings.PERISCOPE_API_KEY
        WebhookSecret = $settings.PXXL_WEBHOOK_SECRET
    }
    # The developer who runs the tests may be logged in to Pxxl. No test may find that key.
    $env:XDG_CONFIG_HOME = Join-Path -Path ([System.IO.Path]::GetTempPath()) -ChildPath 'PxxlPeriscope.Tests.nobody'
    foreach ($name in $jobs) {
        [System.Environment]::SetEnvironmentVariable($name, $null)
    }
    Set-SandboxEnvironment -Sandbox $sandbox -Confirm:$false
    return $sandbox
}

function Close-Sandbox {
    # Stops a sandbox and restores the environment.
    [CmdletBinding()]
    param([pscustomobject] $Sandbox = $script:sandbox)
    if ($null -eq $Sandbox) {
        return
    }
    foreach ($name in $Sandbox.Before.Keys) {
        [System.Environment]::SetEnvironmentVariable($name, $Sandbox.Before[$name])
    }
    if (-not $Sandbox.Process.HasExited) {
        $Sandbox.Process.Kill()
        $Sandbox.Process.WaitForExit()
    }
    $Sandbox.Process.Dispose()
}

function Set-SandboxEnvironment {
    # The settings that a user of the sandbox makes. A test that changes one of them calls this in AfterEach or BeforeEach.
    [CmdletBinding(SupportsShouldProcess)]
    param([pscustomobject] $Sandbox = $script:sandbox)
    if ($PSCmdlet.ShouldProcess('the environment variables of both services', 'Set')) {
        foreach ($name in $Sandbox.Settings.Keys) {
            [System.Environment]::SetEnvironmentVariable($name, $Sandbox.Settings[$name])
        }
        [System.Environment]::SetEnvironmentVariable('PXXL_TEAM_ID', $null)
    }
}

function Clear-SandboxKey {
    # Removes the keys from the environment, as on a machine without a connection.
    [CmdletBinding()]
    param()
    [System.Environment]::SetEnvironmentVariable('PXXL_API_KEY', $null)
    [System.Environment]::SetEnvironmentVariable('PERISCOPE_API_KEY', $null)
}

function Invoke-SandboxControl {
    # Calls the control API of the sandbox.
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Path,
        [string] $Method = 'Get',
        [object] $Body,
        [pscustomobject] $Sandbox = $script:sandbox
    )
    $call = @{ Uri = "$($Sandbox.Root)/_sandbox/$Path"; Method = $Method; NoProxy = $true; Verbose = $false; Debug = $false }
    if ($null -ne $Body) {
        $call.Body = ConvertTo-Json -InputObject $Body -Depth 8
        $call.ContentType = 'application/json'
    }
    # Assigned to a variable first, so that the items of a list are written one by one.
    $answer = Invoke-RestMethod @call
    $answer
}

function Get-SandboxRequest {
    # The received requests, oldest first.
    [CmdletBinding()]
    param(
        [string] $Service = '*',
        [string] $Path = '*',
        [pscustomobject] $Sandbox = $script:sandbox
    )
    (Invoke-SandboxControl -Path 'requests' -Sandbox $Sandbox).requests |
        Where-Object { $_.service -like $Service -and $_.path -like $Path }
}

function Get-SandboxReport {
    # The records of Periscope.
    [CmdletBinding()]
    param([pscustomobject] $Sandbox = $script:sandbox)
    (Invoke-SandboxControl -Path 'reports' -Sandbox $Sandbox).reports
}

function Get-SandboxAttempt {
    # Every POST that reached Periscope.
    [CmdletBinding()]
    param([pscustomobject] $Sandbox = $script:sandbox)
    (Invoke-SandboxControl -Path 'reports' -Sandbox $Sandbox).attempts
}

function Add-SandboxFault {
    # Injects a fault. tests/PxxlPeriscope.Sandbox/Faults/Fault.cs lists the options.
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Kind,
        [hashtable] $With = @{},
        [pscustomobject] $Sandbox = $script:sandbox
    )
    Invoke-SandboxControl -Path 'faults' -Method Post -Body (@{ kind = $Kind } + $With) -Sandbox $Sandbox
}

function Add-SandboxDeployment {
    # Adds a deployment to the sandbox, or replaces the one with the same id.
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [hashtable] $Deployment,
        [pscustomobject] $Sandbox = $script:sandbox
    )
    Invoke-SandboxControl -Path 'deployments' -Method Post -Body $Deployment -Sandbox $Sandbox
}

function Edit-SandboxShape {
    # Changes the format of Pxxl responses. See tests/PxxlPeriscope.Sandbox/Pxxl/Shape.
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [hashtable] $Shape,
        [pscustomobject] $Sandbox = $script:sandbox
    )
    Invoke-SandboxControl -Path 'shape' -Method Put -Body $Shape -Sandbox $Sandbox
}

function Reset-Sandbox {
    # Called before each test: removes faults, requests, reports and connections, and restores the environment set by Open-Sandbox.
    [CmdletBinding(SupportsShouldProcess)]
    param([pscustomobject] $Sandbox = $script:sandbox)
    if ($PSCmdlet.ShouldProcess('the sandbox', 'Reset')) {
        Set-SandboxEnvironment -Sandbox $Sandbox -Confirm:$false
        Disconnect-Pxxl
        Disconnect-Periscope
        Invoke-SandboxControl -Path 'reset' -Method Post -Sandbox $Sandbox
    }
}

function Invoke-Recorded {
    # Runs a script block and returns its output by stream. A terminating error is the last of the errors.
    [CmdletBinding()]
    [OutputType([pscustomobject])]
    param([Parameter(Mandatory)] [scriptblock] $Call)
    $ErrorActionPreference = 'Continue'
    $WarningPreference = 'Continue'
    $recorded = [System.Collections.Generic.List[object]]::new()
    $ending = $null
    try {
        & $Call *>&1 | ForEach-Object -Process { $recorded.Add($_) }
    }
    catch {
        $ending = $_
    }
    $errorRecords = @($recorded | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })
    if ($ending) {
        $errorRecords += $ending
    }
    [pscustomobject]@{
        Output   = @($recorded | Where-Object { $_ -isnot [System.Management.Automation.ErrorRecord] -and $_ -isnot [System.Management.Automation.InformationalRecord] })
        Errors   = $errorRecords
        Warnings = @($recorded | Where-Object { $_ -is [System.Management.Automation.WarningRecord] } | ForEach-Object -MemberName Message)
        Verbose  = @($recorded | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] } | ForEach-Object -MemberName Message)
        HasEnded = $null -ne $ending
    }
}

function Step-SandboxClock {
    # Advances the clock of the sandbox, which moves deployments in progress through their states.
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [int] $Seconds,
        [pscustomobject] $Sandbox = $script:sandbox
    )
    Invoke-SandboxControl -Path 'clock' -Method Post -Body @{ advanceSeconds = $Seconds } -Sandbox $Sandbox
}

function Invoke-Alongside {
    # Runs a script in another runspace. Meanwhile, runs -Do once -Until is true, and then waits for the script to end.
    [CmdletBinding()]
    [OutputType([pscustomobject])]
    param(
        [Parameter(Mandatory)] [string] $Script,
        [Parameter(Mandatory)] [scriptblock] $Until,
        [Parameter(Mandatory)] [scriptblock] $Do
    )
    $initial = [System.Management.Automation.Runspaces.InitialSessionState]::CreateDefault()
    $initial.ImportPSModule([string[]] @(Get-TestedModule))
    $shell = [powershell]::Create($initial)
    $output = [System.Management.Automation.PSDataCollection[psobject]]::new()
    $ending = $null
    try {
        $call = $shell.AddScript($Script).BeginInvoke([System.Management.Automation.PSDataCollection[psobject]]::new(), $output)
        $reached = Test-Until $Until
        & $Do
        $hasEnded = $call.AsyncWaitHandle.WaitOne([timespan]::FromMinutes(1))
        if ($hasEnded) {
            try { $null = $shell.EndInvoke($call) } catch { $ending = $_.Exception.InnerException.ErrorRecord }
        }
        else {
            $shell.Stop()
        }
        [pscustomobject]@{
            HasReached = $reached
            HasEnded   = $hasEnded
            Output     = @($output)
            Errors     = @($shell.Streams.Error) + @($ending | Where-Object { $_ })
            Warnings   = @($shell.Streams.Warning | ForEach-Object -MemberName Message)
        }
    }
    finally {
        $shell.Dispose()
    }
}

function Test-Until {
    # Repeats a condition until it is true, or returns false after 30 seconds. It does not sleep, because the condition takes long enough.
    [CmdletBinding()]
    [OutputType([bool])]
    param([Parameter(Mandatory)] [scriptblock] $Condition)
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    while ($watch.Elapsed.TotalSeconds -lt 30) {
        if (& $Condition) {
            return $true
        }
    }
    return $false
}

function New-ReadOnlyFolder {
    # The path of a folder in which this user cannot create files. Permissions do not apply to root, for whom a kernel folder is used.
    [CmdletBinding(SupportsShouldProcess)]
    [OutputType([string])]
    param([Parameter(Mandatory)] [string] $Path)
    if ($IsLinux -and (id -u) -eq 0) {
        return '/sys/kernel'
    }
    if ($IsWindows -and -not (Get-Command -Name icacls -ErrorAction Ignore)) {
        Set-ItResult -Skipped -Because 'icacls, which removes the permission, is not available, as in Wine'
    }
    if ($PSCmdlet.ShouldProcess($Path, 'Create')) {
        $folder = (New-Item -ItemType Directory -Path $Path).FullName
        if ($IsWindows) { $null = icacls $folder /deny '*S-1-1-0:(WD)' } else { chmod 555 $folder }
        return $folder
    }
}

function Get-ShellCommand {
    # The PowerShell that runs the tests, as program and first arguments: if it is a .NET tool, dotnet runs pwsh.dll.
    [CmdletBinding()]
    [OutputType([string[]])]
    param()
    $program = [System.Environment]::ProcessPath
    if ([System.IO.Path]::GetFileNameWithoutExtension($program) -ne 'dotnet') {
        return , @($program)
    }
    return @($program, (Join-Path -Path $PSHOME -ChildPath 'pwsh.dll'))
}

function Get-QuotedShell {
    # The same for an sh command line.
    [CmdletBinding()]
    [OutputType([string])]
    param()
    return (Get-ShellCommand | ForEach-Object -Process { "'$_'" }) -join ' '
}

function Get-ShellStart {
    # The start information for another instance of the PowerShell that runs the tests, with these arguments.
    [CmdletBinding()]
    [OutputType([System.Diagnostics.ProcessStartInfo])]
    param([string[]] $Argument)
    $program, $first = Get-ShellCommand
    $start = [System.Diagnostics.ProcessStartInfo]::new($program)
    foreach ($each in @($first) + $Argument | Where-Object { $_ }) {
        $start.ArgumentList.Add($each)
    }
    return $start
}

function Start-ChildShell {
    # Starts a script in another process of the PowerShell that runs the tests. $Module is the path of the module there; -Variable provides
    # further variables. Receive-ChildShell returns the output.
    [CmdletBinding(SupportsShouldProcess)]
    [OutputType([pscustomobject])]
    param(
        [Parameter(Mandatory)] [string] $Script,
        [hashtable] $Variable = @{}
    )
    $lines = @('$ErrorActionPreference = ''Stop''; $ProgressPreference = ''SilentlyContinue''; $WarningPreference = ''SilentlyContinue''')
    $lines += '$PSStyle.OutputRendering = ''PlainText'''
    foreach ($entry in (@{ Module = Get-TestedModule } + $Variable).GetEnumerator()) {
        $lines += '$' + $entry.Key + " = '" + ($entry.Value -replace "'", "''") + "'"
    }
    $file = Join-Path -Path ([System.IO.Path]::GetTempPath()) -ChildPath "PxxlPeriscope.$([guid]::NewGuid().ToString('n')).ps1"
    if ($PSCmdlet.ShouldProcess($file, 'Run')) {
        Set-Content -LiteralPath $file -Value (($lines + $Script) -join [System.Environment]::NewLine) -Encoding utf8
        $start = Get-ShellStart -Argument '-NoProfile', '-NonInteractive', '-File', $file
        $start.RedirectStandardOutput = $true
        $start.RedirectStandardError = $true
        $process = [System.Diagnostics.Process]::Start($start)
        [pscustomobject]@{ Process = $process; File = $file; Output = $process.StandardOutput.ReadToEndAsync(); Errors = $process.StandardError.ReadToEndAsync() }
    }
}

function Receive-ChildShell {
    # Waits for another PowerShell, and returns its output as text. Throws if it failed.
    [CmdletBinding()]
    [OutputType([string])]
    param([Parameter(Mandatory)] [pscustomobject] $Shell)
    try {
        $text = ($Shell.Output.GetAwaiter().GetResult() + $Shell.Errors.GetAwaiter().GetResult()).Trim()
        $Shell.Process.WaitForExit()
        if ($Shell.Process.ExitCode -ne 0) {
            throw "The other PowerShell ended with $($Shell.Process.ExitCode) and said: $text"
        }
        return $text
    }
    finally {
        Stop-ChildShell -Shell $Shell -Confirm:$false
    }
}

function Stop-ChildShell {
    # Kills another PowerShell if it is still running, and deletes its files.
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)] [pscustomobject] $Shell)
    # Its script file is deleted last: without it, there is nothing left to stop.
    if ((Test-Path -LiteralPath $Shell.File) -and $PSCmdlet.ShouldProcess($Shell.File, 'Stop')) {
        if (-not $Shell.Process.HasExited) {
            $Shell.Process.Kill()
            $Shell.Process.WaitForExit()
        }
        $Shell.Process.Dispose()
        Remove-Item -LiteralPath $Shell.File -ErrorAction Ignore
    }
}

function Invoke-ChildShell {
    # Runs a script in another PowerShell process and returns its output as text. See Start-ChildShell.
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory)] [string] $Script,
        [hashtable] $Variable = @{}
    )
    Receive-ChildShell -Shell (Start-ChildShell -Script $Script -Variable $Variable -Confirm:$false)
}

Import-Module -Name (Get-TestedModule) -Force
