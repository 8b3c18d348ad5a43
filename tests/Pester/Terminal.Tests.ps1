BeforeDiscovery {
    # The terminal is provided by the script program of util-linux. That of macOS and BSD is different, and Windows has none.
    $util = Get-Command -Name script -CommandType Application -ErrorAction Ignore | Select-Object -First 1
    $script:noTerminal = if (-not $util -or -not ("$(& $util --version 2>&1)" -match 'util-linux')) { 'there is no script of util-linux to make a terminal with' }
}

BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    $script:sandbox = Open-Sandbox -Deployments 150
    $script:late = @{ service = 'Pxxl'; times = 1; retryAfterSeconds = 3 }

    function Start-Terminal {
        # Runs a script in PowerShell in a terminal, as a user does, without the variables CI and NO_COLOR.
        [CmdletBinding(SupportsShouldProcess)]
        param([string] $Script, [string[]] $Option = @(), [hashtable] $Environment = @{})
        $file = Join-Path -Path $TestDrive -ChildPath "$([guid]::NewGuid().ToString('n')).ps1"
        Set-Content -LiteralPath $file -Value "Import-Module '$(Get-TestedModule)'`n$Script"
        $start = [System.Diagnostics.ProcessStartInfo]::new('script')
        $start.RedirectStandardInput = $true
        $start.RedirectStandardOutput = $true
        # Processes started in the background ignore Ctrl+C, and so do their child processes unless it is enabled again.
        $heeds = "heeds=; env --default-signal=INT true 2>/dev/null && heeds='env --default-signal=INT'"
        $program = "stty cols 110 rows 35; $heeds; exec `$heeds $(Get-QuotedShell) -NoProfile -NoLogo $($Option -join ' ') -File '$file'"
        foreach ($argument in '-q', '-e', '-c', $program, '/dev/null') { $start.ArgumentList.Add($argument) }
        foreach ($name in 'CI', 'NO_COLOR') { [void] $start.Environment.Remove($name) }
        $start.Environment['TERM'] = 'xterm-256color'
        foreach ($entry in $Environment.GetEnumerator()) { $start.Environment[$entry.Key] = $entry.Value }
        if ($PSCmdlet.ShouldProcess($file, 'Run')) {
            $process = [System.Diagnostics.Process]::Start($start)
            # The response of a terminal to the request for the cursor position, which PowerShell sends before it draws.
            $process.StandardInput.Write("$([char] 27)[10;1R" * 50)
            $process.StandardInput.Flush()
            [pscustomobject]@{ Process = $process; Output = $process.StandardOutput.ReadToEndAsync() }
        }
    }

    function Receive-Terminal {
        # Everything written to the terminal, including escape sequences.
        param([pscustomobject] $Terminal)
        $Terminal.Output.GetAwaiter().GetResult()
        $Terminal.Process.WaitForExit()
        $Terminal.Process.Dispose()
    }

    function Invoke-Terminal {
        param([string] $Script, [string[]] $Option = @(), [hashtable] $Environment = @{})
        Receive-Terminal -Terminal (Start-Terminal -Script $Script -Option $Option -Environment $Environment -Confirm:$false)
    }
}

AfterAll { Close-Sandbox }

Describe 'Progress in a terminal' {
    BeforeEach {
        if ($noTerminal) { Set-ItResult -Skipped -Because $noTerminal }
        Reset-Sandbox
    }

    It 'is shown while a call takes longer than two seconds, and then removed' -Skip:([bool] $noTerminal) {
        Add-SandboxFault -Kind TooManyRequestsSeconds -With $script:late
        $screen = Invoke-Terminal -Script '"$(Get-PxxlUsage)".Length; "BEFORE"; $null = Get-PxxlDeployment -First 1; "AFTER"'
        $screen | Should -Match 'Get-PxxlUsage.*Waiting for the service, 0:0\d'
        ($screen -split 'BEFORE')[1] | Should -Not -Match 'Waiting for the service|Get-PxxlDeployment'
        $screen | Should -Match 'AFTER'
    }

    It 'shows the count and, if known, the total, and is removed if the pipeline ends early' -Skip:([bool] $noTerminal) {
        Add-SandboxFault -Kind TooManyRequestsSeconds -With ($script:late + @{ pathContains = 'page=2' })
        $screen = Invoke-Terminal -Script 'Get-PxxlDeployment | Select-Object -First 120 | Select-Object -Last 1 | ForEach-Object { "GOT $($_.Id)" }; "AFTER"'
        $screen | Should -Match 'Get-PxxlDeployment.*100 of 150 deployments'
        ($screen -split 'GOT')[1] | Should -Not -Match '150 deployments'
        $screen | Should -Match 'AFTER'
    }

    It 'is not shown <What>' -Skip:([bool] $noTerminal) -ForEach @(
        @{ What = 'with -NonInteractive'; With = @{ Option = '-NonInteractive' } }
        @{ What = 'in CI'; With = @{ Environment = @{ CI = 'true' } } }
        @{ What = 'if the user turns it off'; With = @{ }; Prefix = '$ProgressPreference = "SilentlyContinue"; ' }
    ) {
        Add-SandboxFault -Kind TooManyRequestsSeconds -With $script:late
        $screen = Invoke-Terminal @With -Script ($Prefix + '"GOT $((Get-PxxlUsage).TotalProjects)"')
        $screen | Should -Match 'GOT \d'
        @(Get-SandboxRequest).Count | Should -Be 2
        $screen | Should -Not -Match 'Waiting for the service'
    }

    It 'ends immediately with Ctrl+C, without further output' -Skip:([bool] $noTerminal) {
        Add-SandboxFault -Kind StallBeforeHeaders -With @{ service = 'Pxxl' }
        $terminal = Start-Terminal -Script 'Get-PxxlDeployment; "NOT REACHED"' -Confirm:$false
        Test-Until { @(Get-SandboxRequest).Count -ge 1 } | Should -BeTrue
        $terminal.Process.StandardInput.Write([char] 3)
        $terminal.Process.StandardInput.Flush()
        $terminal.Process.WaitForExit(20000) | Should -BeTrue
        $screen = Receive-Terminal -Terminal $terminal
        $screen | Should -Not -Match 'NOT REACHED|Get-PxxlDeployment:|Exception'
    }
}

Describe 'Progress in a non-interactive session' {
    BeforeEach { Reset-Sandbox }

    It 'is not created' {
        Add-SandboxFault -Kind TooManyRequestsSeconds -With $script:late
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript("Import-Module '$(Get-TestedModule)'; Get-PxxlUsage")
            @($shell.Invoke()).Count | Should -Be 1
            @(Get-SandboxRequest).Count | Should -Be 2
            $shell.Streams.Progress | Where-Object Activity -Like '*Pxxl*' | Should -BeNullOrEmpty
        }
        finally {
            $shell.Dispose()
        }
    }

    It 'is not written to a file or a pipe' {
        Add-SandboxFault -Kind TooManyRequestsSeconds -With $script:late
        $program, $first = Get-ShellCommand
        $first = @($first | Where-Object { $_ })
        $written = & $program @first -NoProfile -Command "Import-Module '$(Get-TestedModule)'; Get-PxxlUsage" 2>&1 | Out-String
        $written | Should -Match 'Storage'
        @(Get-SandboxRequest).Count | Should -Be 2
        $written | Should -Not -Match 'Waiting for the service'
    }
}

Describe 'Colors in a terminal' {
    BeforeAll {
        Reset-Sandbox
        $outbox = (New-Item -Path (Join-Path -Path $TestDrive -ChildPath 'outbox') -ItemType Directory).FullName
        $script:shown = @"
`$samples = [ordered]@{
    DEPLOYMENT = { [PxxlPeriscope.Deployment]@{ Id = 'dep_x'; Status = 'Failed' } }
    LOG        = { [PxxlPeriscope.LogLine]@{ Text = 'broken'; Level = 'error' } }
    BUDGET     = { Get-PxxlUsage | Test-PxxlBudget -Deployments 1 -PassThru -WarningAction SilentlyContinue }
    RECEIPT    = { Get-PxxlDeployment -Environment staging -Status Success -First 1 | Send-PeriscopeDeployment }
    OUTBOX     = { New-PeriscopeDeployment -DeploymentId ci-1 -CommitSha zzz -Environment staging -Status nonsense -StartedAt 2h |
            Send-PeriscopeDeployment -OutboxPath '$outbox' -ErrorAction SilentlyContinue -WarningAction SilentlyContinue
        Get-PeriscopeOutboxItem '$outbox' }
}
foreach (`$sample in `$samples.GetEnumerator()) { "<`$(`$sample.Key)>"; & `$sample.Value | Format-Table; "</`$(`$sample.Key)>" }
"@
        $script:coloured = @{ DEPLOYMENT = 31; LOG = 31; BUDGET = 31; RECEIPT = 32; OUTBOX = 31 }

        function Get-Part {
            # The rows of one sample, without the colors that PowerShell gives the heading.
            param([string] $Screen, [string] $Name)
            if ($Screen -notmatch "(?s)<$Name>(.*?)</$Name>") { throw "There is no $Name in: $Screen" }
            (($Matches[1] -split '\r?\n' | Where-Object { $_ -match '\w' } | Select-Object -Skip 1) -join "`n")
        }
    }

    It 'are in every view with a status' -Skip:([bool] $noTerminal) {
        $screen = Invoke-Terminal -Script $script:shown
        foreach ($name in $script:coloured.Keys) {
            Get-Part -Screen $screen -Name $name | Should -Match "\x1b\[$($script:coloured[$name])m" -Because $name
        }
    }

    It 'are absent <What>' -Skip:([bool] $noTerminal) -ForEach @(
        @{ What = 'with NO_COLOR'; With = @{ Environment = @{ NO_COLOR = '1' } } }
        @{ What = 'with $PSStyle.OutputRendering = PlainText'; With = @{ }; Prefix = "`$PSStyle.OutputRendering = 'PlainText'`n" }
    ) {
        $screen = Invoke-Terminal @With -Script ($Prefix + $script:shown)
        foreach ($name in $script:coloured.Keys) {
            Get-Part -Screen $screen -Name $name | Should -Not -Match '\x1b\[[0-9;]*m' -Because $name
        }
    }

    It 'are not written to a file' -Skip:([bool] $noTerminal) {
        $file = Join-Path -Path $TestDrive -ChildPath 'shown.txt'
        $null = Invoke-Terminal -Script "& { $($script:shown) } > '$file'"
        $written = Get-Content -LiteralPath $file -Raw
        $written | Should -Match 'Failed'
        $written | Should -Not -Match '\x1b'
    }
}
