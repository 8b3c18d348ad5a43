# Dot-sourced in BeforeAll by every test file: a sandbox of both services on loopback, what a user would set for it, and
# the ways to look at what arrived there. Nothing here waits for a time; the sandbox ends with the file, or with this process.

function Get-TestedModule {
    # The module to test: what the build left in out/, or what PXXLPERISCOPE_MODULE names.
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
    # The newest build of the sandbox, or what PXXLPERISCOPE_SANDBOX names.
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
    # Starts a sandbox, and sets the environment variables that it prints. Close-Sandbox undoes both.
    [CmdletBinding()]
    [OutputType([pscustomobject])]
    param(
        [int] $Deployments = 500,
        [int] $Projects = 6
    )
    $names = 'PXXL_API_URL', 'PXXL_API_KEY', 'PXXL_TEAM_ID', 'PERISCOPE_API_URL', 'PERISCOPE_API_KEY', 'PXXL_WEBHOOK_SECRET', 'XDG_CONFIG_HOME'
    # By these a CI job is known. The tests may run in one, and only those of New-PeriscopeDeployment are about that.
    $jobs = 'GITHUB_ACTIONS', 'TF_BUILD', 'GITLAB_CI', 'JENKINS_URL', 'BUILD_TAG'
    $before = @{}
    foreach ($name in $names + $jobs) {
        $before[$name] = [System.Environment]::GetEnvironmentVariable($name)
    }
    # A program of its own where there is no dotnet to start it.
    $program = Get-SandboxProgram
    $isAssembly = $program -like '*.dll'
    $start = [System.Diagnostics.ProcessStartInfo]::new($(if ($isAssembly) { 'dotnet' } else { $program }))
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardInput = $true
    foreach ($argument in @(if ($isAssembly) { $program }) + @('--port', '0', '--deployments', $Deployments, '--projects', $Projects, '--seed', '1', '--parent-pid', $PID)) {
        $start.ArgumentList.Add($argument)
    }
    # PowerShell's own .NET may be another one than the sandbox's.
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
    # Whoever runs the tests may be logged in at Pxxl: no test may find that key.
    $env:XDG_CONFIG_HOME = Join-Path -Path ([System.IO.Path]::GetTempPath()) -ChildPath 'PxxlPeriscope.Tests.nobody'
    foreach ($name in $jobs) {
        [System.Environment]::SetEnvironmentVariable($name, $null)
    }
    Set-SandboxEnvironment -Sandbox $sandbox -Confirm:$false
    return $sandbox
}

function Close-Sandbox {
    # Ends a sandbox and gives the environment back as it was.
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
    # What a user of the sandbox sets. A test that changes one of these lets its AfterEach or BeforeEach call this.
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
    # Takes the keys out of the environment, as on a machine where nobody has connected.
    [CmdletBinding()]
    param()
    [System.Environment]::SetEnvironmentVariable('PXXL_API_KEY', $null)
    [System.Environment]::SetEnvironmentVariable('PERISCOPE_API_KEY', $null)
}

function Invoke-SandboxControl {
    # One call of the sandbox's control plane.
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
    # Through a variable, so that the rows of a list come one by one.
    $answer = Invoke-RestMethod @call
    $answer
}

function Get-SandboxRequest {
    # What has arrived, oldest first.
    [CmdletBinding()]
    param(
        [string] $Service = '*',
        [string] $Path = '*',
        [pscustomobject] $Sandbox = $script:sandbox
    )
    (Invoke-SandboxControl -Path 'requests' -Sandbox $Sandbox).requests | Where-Object { $_.service -like $Service -and $_.path -like $Path }
}

function Get-SandboxReport {
    # The records that Periscope holds.
    [CmdletBinding()]
    param([pscustomobject] $Sandbox = $script:sandbox)
    (Invoke-SandboxControl -Path 'reports' -Sandbox $Sandbox).reports
}

function Get-SandboxAttempt {
    # Every POST that got as far as Periscope.
    [CmdletBinding()]
    param([pscustomobject] $Sandbox = $script:sandbox)
    (Invoke-SandboxControl -Path 'reports' -Sandbox $Sandbox).attempts
}

function Add-SandboxFault {
    # Lets something go wrong; see tests/PxxlPeriscope.Sandbox/Faults/Fault.cs for what can.
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Kind,
        [hashtable] $With = @{},
        [pscustomobject] $Sandbox = $script:sandbox
    )
    Invoke-SandboxControl -Path 'faults' -Method Post -Body (@{ kind = $Kind } + $With) -Sandbox $Sandbox
}

function Add-SandboxDeployment {
    # Puts a deployment of one's own into the sandbox, or another one in the place of the one with its id.
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [hashtable] $Deployment,
        [pscustomobject] $Sandbox = $script:sandbox
    )
    Invoke-SandboxControl -Path 'deployments' -Method Post -Body $Deployment -Sandbox $Sandbox
}

function Edit-SandboxShape {
    # Lets Pxxl spell its answers in another way; see tests/PxxlPeriscope.Sandbox/Pxxl/Shape.
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [hashtable] $Shape,
        [pscustomobject] $Sandbox = $script:sandbox
    )
    Invoke-SandboxControl -Path 'shape' -Method Put -Body $Shape -Sandbox $Sandbox
}

function Reset-Sandbox {
    # Before each test: no faults, no requests, no reports, no connections, and the environment as Open-Sandbox set it.
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
    # Runs a script block as at a prompt and keeps apart what it wrote. A terminating error is the last of the errors.
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
    # Lets time pass in the sandbox; deployments that are under way move with it.
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [int] $Seconds,
        [pscustomobject] $Sandbox = $script:sandbox
    )
    Invoke-SandboxControl -Path 'clock' -Method Post -Body @{ advanceSeconds = $Seconds } -Sandbox $Sandbox
}

function Invoke-Alongside {
    # Runs a script as in another window. Meanwhile, once -Until is so, -Do is done here; then waits for the script's end.
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
    # Asks again until it is so; false after half a minute. It does not sleep: what it asks takes long enough.
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
    # A folder in which this user cannot make a file, and its path. Rights do not bind root, who gets one of the kernel's.
    [CmdletBinding(SupportsShouldProcess)]
    [OutputType([string])]
    param([Parameter(Mandatory)] [string] $Path)
    if ($IsLinux -and (id -u) -eq 0) {
        return '/sys/kernel'
    }
    if ($IsWindows -and -not (Get-Command -Name icacls -ErrorAction Ignore)) {
        Set-ItResult -Skipped -Because 'there is no icacls here to take the right away with, as in Wine'
    }
    if ($PSCmdlet.ShouldProcess($Path, 'Create')) {
        $folder = (New-Item -ItemType Directory -Path $Path).FullName
        if ($IsWindows) { $null = icacls $folder /deny '*S-1-1-0:(WD)' } else { chmod 555 $folder }
        return $folder
    }
}

function Get-ShellCommand {
    # The PowerShell that runs the tests, as the program and its first arguments: where it is a dotnet tool, dotnet starts pwsh.dll.
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
    # The same for a command line of sh.
    [CmdletBinding()]
    [OutputType([string])]
    param()
    return (Get-ShellCommand | ForEach-Object -Process { "'$_'" }) -join ' '
}

function Get-ShellStart {
    # How to start the PowerShell that runs the tests once more, with these arguments.
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
    # Starts a script in a PowerShell of its own, the one that runs the tests. $Module is the module's path there; further
    # variables come from -Variable. Receive-ChildShell gives what it wrote.
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
    # Waits for another PowerShell, and gives what it wrote as text. One that failed is an error.
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
    # Kills another PowerShell, if it is still there, and clears up after it.
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)] [pscustomobject] $Shell)
    # Its file goes last: without it, there is nothing left to stop.
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
    # Runs a script in a PowerShell of its own and gives what it wrote as text; see Start-ChildShell.
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory)] [string] $Script,
        [hashtable] $Variable = @{}
    )
    Receive-ChildShell -Shell (Start-ChildShell -Script $Script -Variable $Variable -Confirm:$false)
}

Import-Module -Name (Get-TestedModule) -Force
