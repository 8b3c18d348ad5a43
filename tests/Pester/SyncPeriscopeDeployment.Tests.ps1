BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    $script:sandbox = Open-Sandbox -Deployments 500
    # By then all deployments have finished, so nothing changes between two runs unless a test changes it.
    Step-SandboxClock -Seconds 3600

    function Initialize-State {
        # Creates folders for a separate state and outbox.
        $folder = Join-Path -Path $TestDrive -ChildPath ([guid]::NewGuid().ToString('n'))
        $script:state = (New-Item -ItemType Directory -Path (Join-Path -Path $folder -ChildPath 'state')).FullName
        $script:outbox = (New-Item -ItemType Directory -Path (Join-Path -Path $folder -ChildPath 'outbox')).FullName
    }

    function Add-Release {
        # Creates a deployment of one project, the specified number of minutes ago. -With overrides values.
        param([string] $Id, [double] $MinutesAgo, [hashtable] $With = @{})
        $now = [datetimeoffset]::Parse((Invoke-SandboxControl -Path 'clock').utcNow.ToString('o'))
        $fields = @{
            id = $Id; status = 'deployed'; projectId = 'proj_one'; projectName = 'one'; environment = 'production'; branch = 'main'
            commitSha = [System.BitConverter]::ToString([System.Text.Encoding]::UTF8.GetBytes($Id)).Replace('-', '').ToLowerInvariant().PadRight(40, '0').Substring(0, 40)
            createdAt = $now.AddMinutes(-$MinutesAgo).ToString('o'); finishedAt = $now.AddMinutes(2 - $MinutesAgo).ToString('o')
        }
        foreach ($key in $With.Keys) {
            $fields[$key] = $With[$key]
        }
        $null = Add-SandboxDeployment -Deployment $fields
        $fields.commitSha
    }

    function Step-Clock {
        param([double] $Minutes)
        Invoke-SandboxControl -Path 'clock' -Method Post -Body @{ advanceSeconds = 60 * $Minutes }
    }

    function Disable-Periscope {
        $null = Connect-Periscope -MaximumRetryCount 0
        Add-SandboxFault -Kind Unavailable503 -With @{ service = 'Periscope' }
    }

    function Enable-Periscope { Invoke-SandboxControl -Path 'faults' -Method Delete }

    function Clear-Request { Invoke-SandboxControl -Path 'requests' -Method Delete }

    function Get-Posted {
        # The ids that reached Periscope, in order of arrival.
        (Get-SandboxAttempt).ForEach({ (ConvertFrom-Json -InputObject $_.body).deploymentId })
    }

    function Invoke-Sync {
        # One run on the state of this test, with all its streams.
        param([hashtable] $With = @{})
        $arguments = @{ StatePath = $script:state } + $With
        $run = Invoke-Recorded { Sync-PeriscopeDeployment @arguments }
        $run | Add-Member -NotePropertyName Summary -NotePropertyValue ($run.Output | Where-Object { $_ -is [PxxlPeriscope.SyncSummary] }) -PassThru |
            Add-Member -NotePropertyName Receipts -NotePropertyValue @($run.Output | Where-Object { $_ -is [PxxlPeriscope.Receipt] }) -PassThru
    }
}

AfterAll { Close-Sandbox }

Describe 'The first run and the next' {
    BeforeAll {
        Reset-Sandbox
        Initialize-State
        $script:all = @(Get-PxxlDeployment -Since 30d)
        $script:reportable = @($script:all | Where-Object CommitSha -Match '^[0-9a-f]{5,40}$')
        $script:first = Invoke-Sync
        $script:reports = @(Get-SandboxReport)
        $script:posted = @(Get-Posted)
        Clear-Request
        $script:second = Invoke-Sync
        $script:requests = @(Get-SandboxRequest)
    }

    It 'report only the last 30 days' {
        $script:reportable.Count | Should -BeGreaterThan 150
        $script:first.Errors | Should -BeNullOrEmpty
        $script:reports.deploymentId | Sort-Object | Should -Be ($script:reportable.Id.ForEach({ "pxxl-$_" }) | Sort-Object)
    }

    It 'send the oldest report first' {
        $ordered = $script:reportable | Sort-Object -Property CreatedAt
        $script:posted[0] | Should -Be "pxxl-$($ordered[0].Id)"
        $script:posted[-1] | Should -BeIn $ordered[-6..-1].Id.ForEach({ "pxxl-$_" })
    }

    It 'write one summary' {
        $script:first.Output | Should -HaveCount 1
        $summary = $script:first.Summary
        $summary.Read | Should -Be $script:all.Count
        $summary.Reported | Should -Be $script:reportable.Count
        $summary.Skipped | Should -Be ($script:all.Count - $script:reportable.Count)
        $summary.SkippedBecause.Keys | Should -Be 'no commit (zip deployment)'
        $summary.Queued | Should -Be 0
        $summary.Refused | Should -Be 0
        $summary.IsComplete | Should -BeTrue
        $summary.Duration.TotalSeconds | Should -BeGreaterThan 0
    }

    It 'make one or two requests if nothing has changed, and send nothing' {
        $script:second.Errors | Should -BeNullOrEmpty
        $script:second.Summary.Reported | Should -Be 0
        $script:requests.service | Select-Object -Unique | Should -Be 'Pxxl'
        $script:requests.Count | Should -BeIn 1, 2
    }

    It 'warn once, and not in every run, that a zip deployment cannot be reported' {
        @($script:first.Warnings -match 'no commit|not a commit SHA').Count | Should -Be $script:first.Summary.Skipped
        $script:second.Warnings | Should -BeNullOrEmpty
        (Invoke-Sync -With @{ Since = '30d' }).Warnings | Should -BeNullOrEmpty
    }

    It 'show a list with the reasons below the number' {
        $PSStyle.OutputRendering = 'PlainText'
        $shown = $script:first.Summary | Out-String -Width 80
        $shown | Should -Match '(?m)^Reported : \d+\r?$'
        $shown | Should -Match '(?m)^Skipped  : \d+\r?\n +\d+ no commit \(zip deployment\)\r?$'
        $shown | Should -Match '(?m)^Duration : [\d.:]+( s)?\r?$'
    }

    It 'read further back with -Since, and send no report again' {
        $further = Invoke-Sync -With @{ Since = '45d'; PassThru = $true }
        $further.Summary.Read | Should -BeGreaterThan $script:all.Count
        $old = @(Get-PxxlDeployment -Since 45d | Where-Object { $_.CommitSha -match '^[0-9a-f]{5,40}$' -and $_.Id -notin $script:all.Id })
        $again = @($further.Receipts.DeploymentId | Where-Object { $_ -notin $old.Id.ForEach({ "pxxl-$_" }) })
        # The first releases of the 30 days now have a previous commit.
        ($again.Count -le 15) | Should -BeTrue -Because "$($again.Count) were sent again"
        ($further.Receipts.Count - $again.Count) | Should -Be $old.Count
    }

    It 'store no key' {
        $text = Get-ChildItem -LiteralPath $script:state -File -Force | Where-Object Extension -NE '.lock' | Get-Content -Raw
        "$text" | Should -Match 'pxxl-dep_'
        "$text" | Should -Not -Match ([regex]::Escape($script:sandbox.PeriscopeKey))
        "$text" | Should -Not -Match ([regex]::Escape($script:sandbox.PxxlKey))
    }
}

Describe 'The deployments that are read' {
    BeforeEach {
        Reset-Sandbox
        Initialize-State
    }

    It 'start with -Since in a first run' {
        $run = Invoke-Sync -With @{ Since = '3d' }
        $run.Summary.Read | Should -Be @(Get-PxxlDeployment -Since 3d).Count
    }

    It 'are only those of a project with -ProjectId, by name or id' {
        $project = Get-PxxlProject -Name checkout-api
        $expected = @(Get-PxxlDeployment -ProjectId checkout-api -Since 30d)
        (Invoke-Sync -With @{ ProjectId = 'checkout-api' }).Summary.Read | Should -Be $expected.Count
        # The same project: its reports are already known.
        (Invoke-Sync -With @{ ProjectId = $project.Id; Since = '30d' }).Summary.Reported | Should -Be 0
    }

    It 'include those of the other projects in a later run' {
        $null = Invoke-Sync -With @{ ProjectId = 'checkout-api', 'storefront-web' }
        $null = Invoke-Sync
        $expected = Get-PxxlDeployment -Since 30d | Where-Object CommitSha -Match '^[0-9a-f]{5,40}$' | ForEach-Object { "pxxl-$($_.Id)" }
        (Get-SandboxReport).deploymentId | Sort-Object | Should -Be ($expected | Sort-Object)
    }

    It 'cause an error for an unknown project, and nothing is sent' {
        $run = Invoke-Sync -With @{ ProjectId = 'no-such-project' }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlNotFound,*'
        $run.Summary | Should -BeNullOrEmpty
        Get-SandboxRequest -Service Periscope | Should -BeNullOrEmpty
    }

    It 'cause an error if Pxxl cannot be read; nothing is sent, and the next run reports them' {
        $null = Connect-Pxxl -MaximumRetryCount 0
        Add-SandboxFault -Kind ServerError500 -With @{ service = 'Pxxl'; skip = 1; times = 1 }
        $run = Invoke-Sync
        @($run.Errors).Count | Should -Be 1
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'PxxlServerError,*'
        Get-SandboxAttempt | Should -BeNullOrEmpty
        (Invoke-Sync).Summary.Reported | Should -BeGreaterThan 150
    }

    It 'have the mapped names' {
        $null = Invoke-Sync -With @{ Since = '5d'; ProjectId = 'checkout-api'; ServiceMap = @{ 'checkout-api' = 'shop/checkout' }; EnvironmentMap = @{ production = 'prod' } }
        $payloads = (Get-SandboxReport).payload
        $payloads.service | Select-Object -Unique | Should -Contain 'shop/checkout'
        $payloads.environment | Should -Not -Contain 'production'
    }
}

Describe '-WhatIf' {
    BeforeAll {
        Reset-Sandbox
        Initialize-State
    }

    It 'shows what would be sent without calling Periscope, writing files, or requiring a key for Periscope' {
        $env:PERISCOPE_API_KEY = $null
        $shown = Invoke-ChildShell -Script 'Import-Module $Module; Sync-PeriscopeDeployment -StatePath $State -OutboxPath $Outbox -Since 2d -WhatIf' -Variable @{ State = $script:state; Outbox = $script:outbox }
        $expected = @(Get-PxxlDeployment -Since 2d | Where-Object CommitSha -Match '^[0-9a-f]{5,40}$')
        foreach ($deployment in $expected) {
            $shown | Should -Match "What if: .*pxxl-$($deployment.Id) \("
        }
        Get-SandboxRequest -Service Periscope | Should -BeNullOrEmpty
        Get-ChildItem -LiteralPath $script:state -Force | Should -BeNullOrEmpty
        Get-ChildItem -LiteralPath $script:outbox -Force | Should -BeNullOrEmpty
    }

    It 'does not change the state of earlier runs' {
        Set-SandboxEnvironment
        $null = Invoke-Sync -With @{ Since = '2d' }
        $before = (Get-ChildItem -LiteralPath $script:state -File -Force | Get-FileHash).Hash
        $posted = @(Get-SandboxAttempt).Count
        $run = Invoke-Sync -With @{ Since = '6d'; WhatIf = $true }
        $run.Output | Should -BeNullOrEmpty
        @(Get-SandboxAttempt).Count | Should -Be $posted
        (Get-ChildItem -LiteralPath $script:state -File -Force | Get-FileHash).Hash | Should -Be $before
    }
}

Describe 'Deployments that are running' {
    BeforeAll {
        # The three newest deployments of every sandbox are in progress, and advance with its clock.
        $script:moving = Open-Sandbox -Deployments 30
        $script:before = $script:sandbox
        $script:sandbox = $script:moving
        Initialize-State
        $script:runs = @(Invoke-Sync -With @{ PassThru = $true })
        foreach ($minutes in 3, 30) {
            Step-Clock -Minutes $minutes
            # Running deployments are read by id if they are no longer in the list.
            $script:runs += Invoke-Sync -With @{ PassThru = $true }
        }
        Clear-Request
        $script:last = Invoke-Sync -With @{ PassThru = $true }
        $script:lastRequests = @(Get-SandboxRequest)
        $script:reports = @(Get-SandboxReport)
        $script:newest = @(Get-PxxlDeployment -First 3)
    }

    AfterAll {
        Close-Sandbox -Sandbox $script:moving
        $script:sandbox = $script:before
    }

    It 'are reported with their current status, and again until they are finished' {
        foreach ($deployment in $script:newest) {
            $report = $script:reports | Where-Object deploymentId -EQ "pxxl-$($deployment.Id)"
            $report.statuses[0] | Should -BeIn 'pending', 'in_progress'
            $report.statuses[-1] | Should -BeIn 'success', 'failure'
            $report.statuses.Count | Should -BeGreaterOrEqual 2
        }
        $script:runs[2].Summary.Reported | Should -BeLessOrEqual 3
    }

    It 'are not sent again after that' {
        $script:last.Summary.Reported | Should -Be 0
        $script:lastRequests.Count | Should -BeIn 1, 2
    }

    It 'are read by id if the list does not reach back to them' {
        Initialize-State
        $id = "dep_$([guid]::NewGuid().ToString('n'))"
        # A build of ten hours.
        $null = Add-Release -Id $id -MinutesAgo 300 -With @{ finishedAt = $null; timeline = @{ queued = '00:00:10'; building = '10:00:00'; releasing = '00:00:10' } }
        $null = Invoke-Sync
        Clear-Request
        Step-Clock -Minutes 10
        $null = Invoke-Sync
        @(Get-SandboxRequest -Path "*/$id").Count | Should -BeLessOrEqual 1
        (Get-SandboxReport | Where-Object deploymentId -EQ "pxxl-$id").statuses | Should -Be @('in_progress')
        Step-Clock -Minutes 600
        $null = Invoke-Sync
        (Get-SandboxReport | Where-Object deploymentId -EQ "pxxl-$id").statuses | Should -Be 'in_progress', 'success'
    }
}

Describe 'The previous commit' {
    BeforeAll {
        $script:own = Open-Sandbox -Deployments 0
        $script:before = $script:sandbox
        $script:sandbox = $script:own
    }

    AfterAll {
        Close-Sandbox -Sandbox $script:own
        $script:sandbox = $script:before
    }

    It 'is that of the last success of the service and environment, over several runs' {
        Initialize-State
        $first = Add-Release -Id 'dep_a' -MinutesAgo 600
        $null = Invoke-Sync
        $second = Add-Release -Id 'dep_b' -MinutesAgo 500
        $null = Add-Release -Id 'dep_c' -MinutesAgo 400 -With @{ status = 'failed' }
        $null = Add-Release -Id 'dep_d' -MinutesAgo 350 -With @{ environment = 'staging' }
        $null = Invoke-Sync
        $null = Add-Release -Id 'dep_e' -MinutesAgo 300
        $null = Invoke-Sync
        $payloads = @{}
        foreach ($report in Get-SandboxReport) {
            $payloads[$report.deploymentId] = $report.payload
        }
        $payloads['pxxl-dep_a'].previousCommitSha | Should -BeNullOrEmpty
        $payloads['pxxl-dep_b'].previousCommitSha | Should -Be $first
        $payloads['pxxl-dep_c'].previousCommitSha | Should -BeNullOrEmpty
        $payloads['pxxl-dep_d'].previousCommitSha | Should -BeNullOrEmpty
        $payloads['pxxl-dep_e'].previousCommitSha | Should -Be $second
    }

    It 'is never that of an old release without an end time' {
        Initialize-State
        $null = Add-Release -Id 'dep_f' -MinutesAgo 9000 -With @{ finishedAt = $null; projectId = 'proj_two'; projectName = 'two' }
        $newer = Add-Release -Id 'dep_g' -MinutesAgo 500 -With @{ projectId = 'proj_two'; projectName = 'two' }
        $null = Invoke-Sync
        $null = Add-Release -Id 'dep_h' -MinutesAgo 200 -With @{ projectId = 'proj_two'; projectName = 'two' }
        $null = Invoke-Sync
        (Get-SandboxReport | Where-Object deploymentId -EQ 'pxxl-dep_h').payload.previousCommitSha | Should -Be $newer
    }
}

Describe 'Undelivered reports' {
    BeforeEach {
        Reset-Sandbox
        Initialize-State
    }

    It 'are stored in the state, with Queued in the summary and one error, and delivered by the next run' {
        Disable-Periscope
        $run = Invoke-Sync -With @{ Since = '5d' }
        $run.Summary.Queued | Should -BeGreaterThan 10
        $run.Summary.Reported | Should -Be 0
        $run.Summary.IsComplete | Should -BeFalse
        @($run.Errors).Count | Should -Be 1
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'PeriscopeNotDelivered,*'
        $run.Errors[0].Exception.Message | Should -Match "$($run.Summary.Queued) reports wait in the state"
        $run.Errors[0].Exception.Message | Should -Match '503'
        Enable-Periscope
        $next = Invoke-Sync
        $next.Errors | Should -BeNullOrEmpty
        $next.Summary.Reported | Should -Be $run.Summary.Queued
        (Invoke-Sync).Summary.Reported | Should -Be 0
    }

    It 'are stored in the outbox if there is one, and delivered by any run that uses it' {
        Disable-Periscope
        $run = Invoke-Sync -With @{ Since = '5d'; OutboxPath = $script:outbox; PassThru = $true }
        $run.Summary.Queued | Should -BeGreaterThan 10
        $run.Receipts.Action | Select-Object -Unique | Should -Be 'Queued'
        $run.Errors[0].Exception.Message | Should -Match ([regex]::Escape($script:outbox))
        @(Get-PeriscopeOutboxItem -OutboxPath $script:outbox).Count | Should -Be $run.Summary.Queued
        # The other items of the outbox are delivered too.
        $null = Invoke-Recorded {
            New-PeriscopeDeployment -DeploymentId 'ci-1' -CommitSha '1a2b3c4d' -Environment 'test' -Status 'pending' -StartedAt '1h' | Send-PeriscopeDeployment -OutboxPath $script:outbox
        }
        Enable-Periscope
        $next = Invoke-Sync -With @{ OutboxPath = $script:outbox }
        $next.Errors | Should -BeNullOrEmpty
        $next.Summary.Reported | Should -Be ($run.Summary.Queued + 1)
        Get-PeriscopeOutboxItem -OutboxPath $script:outbox | Should -BeNullOrEmpty
        (Get-Posted | Group-Object | Where-Object Count -GT 1) | Should -BeNullOrEmpty
    }

    It 'are stored in the outbox of Connect-Periscope' {
        Disable-Periscope
        $null = Connect-Periscope -MaximumRetryCount 0 -OutboxPath $script:outbox
        $run = Invoke-Sync -With @{ Since = '2d' }
        @(Get-PeriscopeOutboxItem).Count | Should -Be $run.Summary.Queued
    }

    It 'are kept with a wrong key, which causes one call and an error' {
        $env:PERISCOPE_API_KEY = 'psk_live_wrong'
        $run = Invoke-Sync -With @{ Since = '5d' }
        @($run.Errors).Count | Should -Be 1
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'PeriscopeUnauthorized,*'
        $run.Errors[0].Exception.Message | Should -Not -Match 'not tried'
        $run.Summary.Queued | Should -BeGreaterThan 10
        @(Get-SandboxRequest -Service Periscope).Count | Should -Be 1
        Set-SandboxEnvironment
        (Invoke-Sync).Summary.Reported | Should -Be $run.Summary.Queued
    }

    It 'do not include rejected ones, which are not sent in every run' {
        Add-SandboxFault -Kind Forbidden403 -With @{ service = 'Periscope'; times = 1 }
        $run = Invoke-Sync -With @{ Since = '5d'; OutboxPath = $script:outbox }
        $run.Summary.Refused | Should -Be 1
        $run.Summary.Queued | Should -Be 0
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PeriscopeNotDelivered,*'
        @(Get-PeriscopeOutboxItem -OutboxPath $script:outbox -Dead).Count | Should -Be 1
        $again = Invoke-Sync -With @{ Since = '5d'; OutboxPath = $script:outbox }
        $again.Errors | Should -BeNullOrEmpty
        $again.Summary.SkippedBecause['refused by Periscope before'] | Should -Be 1
    }

    It 'cause a scheduled script to fail' {
        $shell = Start-ChildShell -Script 'Import-Module $Module; $null = Connect-Periscope -MaximumRetryCount 0; Sync-PeriscopeDeployment -StatePath $State -Since 2d' -Variable @{ State = $script:state }
        Receive-ChildShell -Shell $shell | Should -Match 'Reported'
        Disable-Periscope
        $null = Add-Release -Id "dep_$([guid]::NewGuid().ToString('n'))" -MinutesAgo 1
        $shell = Start-ChildShell -Script 'Import-Module $Module; $null = Connect-Periscope -MaximumRetryCount 0; Sync-PeriscopeDeployment -StatePath $State' -Variable @{ State = $script:state }
        { Receive-ChildShell -Shell $shell } | Should -Throw '*ended with 1 and said: *Queued*Not all reports reached Periscope*'
    }
}

Describe 'The lock' {
    BeforeAll {
        Reset-Sandbox
        Initialize-State
        # Blocks in its first report.
        Add-SandboxFault -Kind StallBeforeHeaders -With @{ service = 'Periscope' }
        $script:holder = Start-ChildShell -Script 'Import-Module $Module; Sync-PeriscopeDeployment -StatePath $State -Since 5d' -Variable @{ State = $script:state }
        $script:holderId = $script:holder.Process.Id
        $script:isHeld = Test-Until { @(Get-SandboxRequest -Service Periscope).Count -gt 0 }
    }

    AfterAll { Stop-ChildShell -Shell $script:holder }

    It 'blocks a second run, which names the owner and ends without an error' {
        $script:isHeld | Should -BeTrue
        Clear-Request
        $run = Invoke-Sync
        $run.Errors | Should -BeNullOrEmpty
        $run.Output | Should -BeNullOrEmpty
        @($run.Warnings).Count | Should -Be 1
        $run.Warnings[0] | Should -Match "\bprocess $script:holderId\b"
        $run.Warnings[0] | Should -Match '\(\d+ s\)'
        Get-SandboxRequest -Service Periscope | Should -BeNullOrEmpty
    }

    It 'is taken over from a killed process, and no report is lost' {
        Stop-ChildShell -Shell $script:holder
        Enable-Periscope
        $run = Invoke-Sync
        $run.Errors | Should -BeNullOrEmpty
        @($run.Warnings -match "\bprocess $script:holderId\b").Count | Should -Be 1
        $expected = Get-PxxlDeployment -Since 30d | Where-Object CommitSha -Match '^[0-9a-f]{5,40}$' | ForEach-Object { "pxxl-$($_.Id)" }
        (Get-SandboxReport).deploymentId | Sort-Object | Should -Be ($expected | Sort-Object)
        (Invoke-Sync).Warnings | Should -BeNullOrEmpty
    }
}

Describe 'A run on another machine' {
    BeforeEach {
        Reset-Sandbox
        Initialize-State

        function Write-OwnerFile {
            # What a killed pod leaves on a volume whose locks do not extend to other machines.
            param([int] $MinutesAgo)
            $when = [datetimeoffset]::UtcNow.AddMinutes(-$MinutesAgo).ToString('o')
            ConvertTo-Json -InputObject @{ machine = 'pod-7'; processId = 1; user = 'root'; since = $when; lastSeen = $when } |
                Set-Content -LiteralPath (Join-Path -Path $script:state -ChildPath 'run.owner.json')
        }
    }

    It 'that may have ended causes an error, and this run does nothing' {
        Write-OwnerFile -MinutesAgo 20
        $run = Invoke-Sync
        $run.Output | Should -BeNullOrEmpty
        @($run.Errors).Count | Should -Be 1
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'PeriscopeAlreadyRunning,*'
        $run.Errors[0].CategoryInfo.Category | Should -Be 'ResourceBusy'
        $run.Errors[0].TargetObject | Should -Be $script:state
        $run.Errors[0].ErrorDetails.RecommendedAction | Should -Match '-AbandonedAfter'
        Get-SandboxRequest | Should -BeNullOrEmpty
        { Sync-PeriscopeDeployment -StatePath $script:state -ErrorAction Stop } | Should -Throw -ErrorId 'PeriscopeAlreadyRunning,*'
        $shell = Start-ChildShell -Script 'Import-Module $Module; Sync-PeriscopeDeployment -StatePath $State' -Variable @{ State = $script:state }
        { Receive-ChildShell -Shell $shell } | Should -Throw '*ended with 1 and said: *Nothing was synchronized*pod-7*'
    }

    It 'counts as abandoned after -AbandonedAfter' {
        Write-OwnerFile -MinutesAgo 20
        $run = Invoke-Sync -With @{ Since = '2d'; AbandonedAfter = [timespan]::FromMinutes(15) }
        $run.Errors | Should -BeNullOrEmpty
        $run.Summary.Reported | Should -BeGreaterThan 0
        @($run.Warnings -match 'pod-7').Count | Should -Be 1
    }

    It 'is trusted for at least two minutes, and a bare number is not a time span: <_>' -ForEach 30, '00:01:59', '-1:00:00' {
        { Sync-PeriscopeDeployment -StatePath $script:state -AbandonedAfter $_ } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
    }
}

Describe 'The state' {
    BeforeEach {
        Reset-Sandbox
        Initialize-State
    }

    It 'is renamed with a warning if it is damaged, and the run continues with what can be read: <File>' -ForEach @(
        @{ File = 'state.json'; Damage = '{"version":1,"readUnt' }
        @{ File = 'state.json'; Damage = '' }
        @{ File = 'sent.jsonl'; Damage = "this is no JSON`n" }
    ) {
        $null = Invoke-Sync -With @{ Since = '30d' }
        $path = Join-Path -Path $script:state -ChildPath $File
        Set-Content -LiteralPath $path -Value $Damage -NoNewline
        $run = Invoke-Sync
        $run.Errors | Should -BeNullOrEmpty
        @($run.Warnings -match ([regex]::Escape("$path.damaged"))).Count | Should -Be 1
        Get-Content -LiteralPath "$path.damaged" -Raw | Should -Be $(if ($Damage) { $Damage } else { $null })
        if ($File -eq 'state.json') {
            # The ledger shows what was sent.
            $run.Summary.Read | Should -BeGreaterThan 150
            $run.Summary.Reported | Should -Be 0
        }
        (Invoke-Sync).Warnings | Should -BeNullOrEmpty
    }

    It 'is rejected and not changed if a newer version has written it: <File>' -ForEach @(
        @{ File = 'state.json'; Content = '{"version":2,"what":"ever"}' }
        @{ File = 'sent.jsonl'; Content = "{`"version`":2,`"mark`":`"x`"}`n" }
    ) {
        $path = Join-Path -Path $script:state -ChildPath $File
        Set-Content -LiteralPath $path -Value $Content -NoNewline
        $run = Invoke-Sync
        @($run.Errors).Count | Should -Be 1
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'PeriscopeStateTooNew,*'
        $run.Errors[0].Exception.Message | Should -Match 'newer version'
        Get-Content -LiteralPath $path -Raw | Should -Be $Content
        Get-SandboxRequest -Service Periscope | Should -BeNullOrEmpty
    }

    It 'is required: an error before the first report if <Name>' -ForEach @(
        @{ Name = 'the state''s folder is missing'; Parameter = 'StatePath'; Make = { } }
        @{ Name = 'the state''s folder is a file'; Parameter = 'StatePath'; Make = { Set-Content -LiteralPath $args[0] -Value 'x' } }
        @{ Name = 'the state''s folder is read-only'; Parameter = 'StatePath'; Make = { New-ReadOnlyFolder -Path $args[0] -Confirm:$false } }
        @{ Name = 'the outbox is missing'; Parameter = 'OutboxPath'; Make = { } }
        @{ Name = 'the outbox is a file'; Parameter = 'OutboxPath'; Make = { Set-Content -LiteralPath $args[0] -Value 'x' } }
    ) {
        $path = Join-Path -Path $TestDrive -ChildPath ([guid]::NewGuid().ToString('n'))
        $path = (& $Make $path) ?? $path
        $folders = @{ StatePath = $script:state; OutboxPath = $script:outbox }
        $folders[$Parameter] = $path
        $run = Invoke-Recorded { Sync-PeriscopeDeployment @folders }
        @($run.Errors).Count | Should -Be 1
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'PeriscopeStateUnusable,*'
        $run.Errors[0].Exception.Message | Should -Match ([regex]::Escape($path))
        $run.Output | Should -BeNullOrEmpty
        Get-SandboxRequest -Service Periscope | Should -BeNullOrEmpty
    }
}
