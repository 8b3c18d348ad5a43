BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    $script:sandbox = Open-Sandbox -Deployments 150
    $script:large = Open-Sandbox -Deployments 10000
    Set-SandboxEnvironment -Sandbox $script:sandbox

    function Measure-Stop {
        # Runs a script in another runspace, waits until it reaches the point at which it should be stopped, and presses Ctrl+C.
        param([string] $Script, [scriptblock] $Until)
        $initial = [System.Management.Automation.Runspaces.InitialSessionState]::CreateDefault()
        $initial.ImportPSModule([string[]] @(Get-TestedModule))
        $runspace = [runspacefactory]::CreateRunspace($initial)
        $runspace.Open()
        $shell = [powershell]::Create($runspace)
        $output = [System.Management.Automation.PSDataCollection[psobject]]::new()
        try {
            $null = $shell.AddScript($Script)
            $null = $shell.BeginInvoke([System.Management.Automation.PSDataCollection[psobject]]::new(), $output)
            $reached = Test-Until $Until
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $stopped = $watch.Elapsed
            [pscustomobject]@{
                HasReached = $reached
                State      = $shell.InvocationStateInfo.State
                Seconds    = $stopped.TotalSeconds
                Output     = @($output)
                Errors     = @($shell.Streams.Error)
            }
        }
        finally {
            $shell.Dispose()
            $runspace.Dispose()
        }
    }
}

AfterAll {
    Close-Sandbox -Sandbox $script:large
    Close-Sandbox -Sandbox $script:sandbox
}

Describe 'Ctrl+C' {
    BeforeEach { Reset-Sandbox }

    It 'stops within a second while <What>' -ForEach @(
        @{ What = 'Get-PxxlDeployment waits for headers'; Fault = 'StallBeforeHeaders'; Script = 'Get-PxxlDeployment' }
        @{ What = 'Get-PxxlDeployment waits for the rest of a body'; Fault = 'StallInBody'; Script = 'Get-PxxlDeployment' }
        @{ What = 'Get-PxxlDeployment waits for a Retry-After'; Fault = 'TooManyRequestsSeconds'; Script = 'Get-PxxlDeployment' }
        @{ What = 'Get-PxxlUsage waits for headers'; Fault = 'StallBeforeHeaders'; Script = 'Get-PxxlUsage' }
        @{ What = 'Get-PxxlDeploymentLog waits for headers'; Fault = 'StallBeforeHeaders'; Script = 'Get-PxxlDeploymentLog dep_1' }
        @{ What = 'Wait-PxxlDeployment waits for headers'; Fault = 'StallBeforeHeaders'; Script = 'Wait-PxxlDeployment dep_1' }
        @{ What = 'Watch-PxxlDeployment waits for the rest of a body'; Fault = 'StallInBody'; Script = 'Watch-PxxlDeployment' }
        @{ What = 'Start-PxxlDeployment waits for headers'; Fault = 'StallBeforeHeaders'; Script = 'Start-PxxlDeployment proj_1 -Wait' }
        @{ What = 'Connect-Pxxl waits for headers'; Fault = 'StallBeforeHeaders'; Script = 'Connect-Pxxl' }
        @{ What = 'Invoke-PxxlApi waits for the rest of a body'; Fault = 'StallInBody'; Script = 'Invoke-PxxlApi cli/whoami' }
    ) {
        Add-SandboxFault -Kind $Fault -With @{ service = 'Pxxl'; retryAfterSeconds = 60 }
        $stop = Measure-Stop -Script $Script -Until { @(Get-SandboxRequest).Count -ge 1 }
        $stop.HasReached | Should -BeTrue
        $stop.State | Should -Be 'Stopped'
        $stop.Seconds | Should -BeLessThan 1
        $stop.Errors | Should -BeNullOrEmpty
        $stop.Output | Should -BeNullOrEmpty
    }

    It 'stops Get-PxxlDeploymentLog -Follow between two requests, and keeps the lines received so far' {
        $stop = Measure-Stop -Script 'Get-PxxlDeploymentLog -ProjectId checkout-api -Follow -Tail 3' -Until { @(Get-SandboxRequest -Path '*/live-logs' | Where-Object status).Count -ge 1 }
        $stop.State | Should -Be 'Stopped'
        $stop.Seconds | Should -BeLessThan 1
        $stop.Errors | Should -BeNullOrEmpty
        $stop.Output.Count | Should -BeLessOrEqual 4
    }

    It 'stops <Script> between two polls' -ForEach @(
        @{ Script = 'Wait-PxxlDeployment dep_stuck' }
        @{ Script = 'Watch-PxxlDeployment' }
        @{ Script = 'Watch-PxxlDeployment checkout-api | Where-Object Current -eq Failed' }
        @{ Script = 'Start-PxxlDeployment checkout-api -Wait'; Looks = 3 }
    ) {
        Add-SandboxDeployment @{ id = 'dep_stuck'; status = 'building'; createdAt = [datetimeoffset]::UtcNow.ToString('o') }
        $stop = Measure-Stop -Script $Script -Until { @(Get-SandboxRequest -Path '*/deployments*' | Where-Object status).Count -ge [Math]::Max(1, $Looks - 1) }
        $stop.HasReached | Should -BeTrue
        $stop.State | Should -Be 'Stopped'
        $stop.Seconds | Should -BeLessThan 1
        $stop.Errors | Should -BeNullOrEmpty
        $stop.Output | Should -BeNullOrEmpty
    }

    It 'stops a list between two pages, and keeps the rows received so far' {
        Add-SandboxFault -Kind StallBeforeHeaders -With @{ pathContains = 'page=2' }
        $stop = Measure-Stop -Script 'Get-PxxlDeployment' -Until { @(Get-SandboxRequest).Count -ge 2 }
        $stop.State | Should -Be 'Stopped'
        $stop.Seconds | Should -BeLessThan 1
        $stop.Output.Count | Should -BeLessOrEqual 100
        @(Get-SandboxRequest).Count | Should -Be 2
    }

    It 'stops Send-PeriscopeDeployment with four requests in progress, and returns receipts only for stored reports' {
        # The first request gets a response, which proves the key. The next four do not.
        Add-SandboxFault -Kind StallBeforeHeaders -With @{ service = 'Periscope'; skip = 1 }
        $script = @'
(1..20).ForEach({
    New-PeriscopeDeployment -DeploymentId "ci-$_" -CommitSha '1a2b3c4d' -Environment 'staging' -Status 'success' -StartedAt '2026-01-31T12:00:00Z' -CompletedAt '2026-01-31T12:05:00Z'
}) | Send-PeriscopeDeployment
'@
        $stop = Measure-Stop -Script $script -Until { @(Get-SandboxRequest -Service Periscope).Count -ge 5 }
        $stop.HasReached | Should -BeTrue
        $stop.State | Should -Be 'Stopped'
        $stop.Seconds | Should -BeLessThan 1
        $stop.Errors | Should -BeNullOrEmpty
        $stored = @(Get-SandboxReport).deploymentId
        @($stop.Output | Where-Object { $_.DeploymentId -notin $stored }) | Should -BeNullOrEmpty
        @(Get-SandboxRequest -Service Periscope).Count | Should -Be 5
    }

    It 'stops Send-PeriscopeDeployment while it waits for a Retry-After' {
        Add-SandboxFault -Kind TooManyRequestsSeconds -With @{ service = 'Periscope'; retryAfterSeconds = 60 }
        $script = @'
New-PeriscopeDeployment -DeploymentId 'ci-1' -CommitSha '1a2b3c4d' -Environment 'staging' -Status 'pending' -StartedAt '2026-01-31T12:00:00Z' | Send-PeriscopeDeployment
'@
        $stop = Measure-Stop -Script $script -Until { @(Get-SandboxRequest -Service Periscope).Count -ge 1 }
        $stop.State | Should -Be 'Stopped'
        $stop.Seconds | Should -BeLessThan 1
        $stop.Output | Should -BeNullOrEmpty
        $stop.Errors | Should -BeNullOrEmpty
    }
}

Describe 'Ctrl+C while another process holds a lock' {
    BeforeEach {
        Reset-Sandbox
        # Holds both locks, like another process in the middle of a write.
        $script:held = foreach ($place in (Join-Path -Path $TestDrive -ChildPath 'outbox/.delivery'), (Join-Path -Path $TestDrive -ChildPath 'state')) {
            $null = New-Item -ItemType Directory -Path $place -Force
            [System.IO.FileStream]::new((Join-Path -Path $place -ChildPath 'sent.jsonl.lock'), 'OpenOrCreate', 'ReadWrite', 'None')
        }
    }

    AfterEach {
        $script:held | ForEach-Object -MemberName Dispose
        Get-ChildItem -LiteralPath $TestDrive | Remove-Item -Recurse -Force
    }

    It 'stops <What> within a second' -ForEach @(
        @{ What = 'Send-PeriscopeDeployment'; Sign = 'outbox-dead-letter'; Script = @'
New-PeriscopeDeployment -DeploymentId 'ci-1' -CommitSha '1a2b3c4d' -Environment 'staging' -Status 'pending' -StartedAt '2026-01-31T12:00:00Z' | Send-PeriscopeDeployment -OutboxPath
'@
        }
        @{ What = 'Send-PeriscopeOutboxItem'; Sign = 'outbox-dead-letter'; Script = 'Send-PeriscopeOutboxItem' }
        @{ What = 'Remove-PeriscopeOutboxItem'; Sign = 'outbox-dead-letter'; Script = 'Remove-PeriscopeOutboxItem -DeploymentId * -Confirm:$false -OutboxPath' }
        @{ What = 'Sync-PeriscopeDeployment'; Sign = 'state/run.owner.json'; Script = 'Sync-PeriscopeDeployment'; Folder = 'state' }
    ) {
        $begun = Join-Path -Path $TestDrive -ChildPath $Sign
        $path = Join-Path -Path $TestDrive -ChildPath $(if ($Folder) { $Folder } else { 'outbox' })
        $stop = Measure-Stop -Script "$($Script.Trim()) '$path'" -Until { Test-Path -LiteralPath $begun }
        $stop.HasReached | Should -BeTrue
        $stop.State | Should -Be 'Stopped'
        $stop.Seconds | Should -BeLessThan 1
        $stop.Errors | Should -BeNullOrEmpty
        $stop.Output | Should -BeNullOrEmpty
    }
}

Describe 'A pipeline that ends early' {
    BeforeAll {
        $script:connection = Connect-Pxxl -ApiKey $script:large.PxxlKey -BaseUri $script:large.PxxlUri
    }

    BeforeEach { Invoke-SandboxControl -Path 'reset' -Method Post -Sandbox $script:large }

    It 'makes one request for the first 5 of 10,000 deployments' {
        @(Get-PxxlDeployment -Connection $script:connection | Select-Object -First 5).Count | Should -Be 5
        @(Get-SandboxRequest -Sandbox $script:large).Count | Should -Be 1
    }

    It 'makes one request with -First 5' {
        @(Get-PxxlDeployment -Connection $script:connection -First 5).Count | Should -Be 5
        @(Get-SandboxRequest -Sandbox $script:large).Count | Should -Be 1
    }

    It 'makes only the required requests with -Skip 150 -First 5' {
        @(Get-PxxlDeployment -Connection $script:connection -Skip 150 -First 5).Count | Should -Be 5
        @(Get-SandboxRequest -Sandbox $script:large).Count | Should -BeLessOrEqual 3
    }

    It 'returns the total of 10,000 with one request' {
        [int] (Get-PxxlDeployment -Connection $script:connection -First 1 -IncludeTotalCount)[0] | Should -Be 10000
        @(Get-SandboxRequest -Sandbox $script:large).Count | Should -Be 1
    }

    It 'can be followed by another call immediately' {
        foreach ($again in 1..3) {
            $null = Get-PxxlDeployment -Connection $script:connection | Select-Object -First 2
        }
        @(Get-PxxlProject -Connection $script:connection).Count | Should -Be 6
    }

    It 'reads no more rows after an error ends it' {
        $run = Invoke-Recorded {
            Get-PxxlDeployment -Connection $script:connection | ForEach-Object -Process { throw 'enough' }
        }
        $run.HasEnded | Should -BeTrue
        @(Get-SandboxRequest -Sandbox $script:large).Count | Should -Be 1
    }
}
