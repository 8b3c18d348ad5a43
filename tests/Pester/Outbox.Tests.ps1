BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    $script:sandbox = Open-Sandbox -Deployments 20

    function Get-SampleReport {
        # Creates finished reports with the ids ci-1, ci-2 and so on. -With overrides values.
        param([int] $Count = 1, [hashtable] $With = @{})
        foreach ($number in 1..$Count) {
            $fields = @{
                DeploymentId = "ci-$number"
                CommitSha    = '{0:x8}' -f (0x10000000 + $number)
                Environment  = 'staging'
                Status       = 'success'
                StartedAt    = '2026-01-31T12:00:00Z'
                CompletedAt  = '2026-01-31T12:05:00Z'
                Service      = 'checkout-api'
            }
            foreach ($key in $With.Keys) {
                $fields[$key] = $With[$key]
            }
            New-PeriscopeDeployment @fields
        }
    }

    function Get-EarlierState {
        # The same deployment before it finished.
        param([string] $Status = 'in_progress', [string] $DeploymentId = 'ci-1')
        Get-SampleReport -With @{ DeploymentId = $DeploymentId; Status = $Status; CompletedAt = $null }
    }

    function Initialize-Outbox {
        $script:outbox = Join-Path -Path $TestDrive -ChildPath ([guid]::NewGuid().ToString('n'))
        $script:deadLetters = "$script:outbox-dead-letter"
        $null = New-Item -ItemType Directory -Path $script:outbox
    }

    function Disable-Periscope {
        # Periscope is down until the faults are cleared. There are no retries, so that tests do not wait.
        $null = Connect-Periscope -MaximumRetryCount 0
        Add-SandboxFault -Kind Unavailable503 -With @{ service = 'Periscope' }
    }

    function Enable-Periscope { Invoke-SandboxControl -Path 'faults' -Method Delete }

    function Get-Posted {
        # The ids that reached Periscope, in order of arrival.
        (Get-SandboxAttempt).ForEach({ (ConvertFrom-Json -InputObject $_.body).deploymentId })
    }
}

AfterAll { Close-Sandbox }

Describe 'Send-PeriscopeDeployment -OutboxPath' {
    BeforeEach {
        Reset-Sandbox
        Initialize-Outbox
    }

    Context 'while Periscope is down' {
        BeforeEach { Disable-Periscope }

        It 'queues the report, with a receipt with the action Queued, one warning and no error' {
            $run = Invoke-Recorded { Get-SampleReport | Send-PeriscopeDeployment -OutboxPath $script:outbox }
            $run.Errors | Should -BeNullOrEmpty
            $run.Output.DeploymentId | Should -Be 'ci-1'
            $run.Output.Action | Should -Be 'Queued'
            $run.Output.RecordId | Should -BeNullOrEmpty
            $run.Output.Attempts | Should -Be 1
            @($run.Warnings).Count | Should -Be 1
            $run.Warnings[0] | Should -Match 'ci-1'
            $run.Warnings[0] | Should -Match '503'
            $run.Warnings[0] | Should -Match ([regex]::Escape($script:outbox))
        }

        It 'writes one warning with the reason and one with the number of reports' {
            $run = Invoke-Recorded { Get-SampleReport -Count 30 | Send-PeriscopeDeployment -OutboxPath $script:outbox }
            $run.Output.Action | Select-Object -Unique | Should -Be 'Queued'
            $run.Output.Count | Should -Be 30
            @($run.Warnings).Count | Should -Be 2
            $run.Warnings[1] | Should -Match '30 of 30 reports'
            @(Get-PeriscopeOutboxItem -OutboxPath $script:outbox).Count | Should -Be 30
        }

        It 'does not try each of thousands of reports' {
            $null = Invoke-Recorded { Get-SampleReport -Count 50 | Send-PeriscopeDeployment -OutboxPath $script:outbox }
            @(Get-SandboxRequest -Service Periscope).Count | Should -BeLessOrEqual 10
        }

        It 'counts all retries as attempts' {
            $null = Connect-Periscope -MaximumRetryCount 1
            $null = Invoke-Recorded { Get-SampleReport | Send-PeriscopeDeployment -OutboxPath $script:outbox }
            $item = Get-PeriscopeOutboxItem -OutboxPath $script:outbox
            $item.Attempts | Should -Be 2
            $item.LastError | Should -Match '503'
            $item.ErrorId | Should -Be 'PeriscopeServerError'
        }

        It 'writes one readable JSON file per report and no other file' {
            $null = Invoke-Recorded { Get-SampleReport -Count 2 | Send-PeriscopeDeployment -OutboxPath $script:outbox }
            $files = @(Get-ChildItem -LiteralPath $script:outbox -File -Force)
            $files.Count | Should -Be 2
            foreach ($file in $files) {
                $file.Name | Should -Match '^ci-[12]\b.*\.json$'
            }
            $text = Get-Content -LiteralPath $files[0].FullName -Raw
            $text | Should -Match '(?m)^  "attempts": 1,\r?$'
            $text | Should -Match '(?m)^  "lastError": ".*HTTP 503'
            $text | Should -Match '(?m)^    "commitSha": "1000000[12]",\r?$'
            $kept = (ConvertFrom-Json -InputObject $text).report
            $kept.status | Should -Be 'success'
            $kept.service | Should -Be 'checkout-api'
        }

        It 'uses the outbox of Connect-Periscope' {
            $connection = Connect-Periscope -OutboxPath $script:outbox -MaximumRetryCount 0
            $connection.OutboxPath | Should -Be $script:outbox
            $run = Invoke-Recorded { Get-SampleReport | Send-PeriscopeDeployment }
            $run.Output.Action | Should -Be 'Queued'
            (Get-PeriscopeOutboxItem).DeploymentId | Should -Be 'ci-1'
        }

        It 'uses the outbox of -Connection, unless -OutboxPath is specified' {
            $connection = Connect-Periscope -OutboxPath $script:outbox -MaximumRetryCount 0
            Disconnect-Periscope
            $null = Invoke-Recorded { Get-SampleReport | Send-PeriscopeDeployment -Connection $connection }
            @(Get-PeriscopeOutboxItem -OutboxPath $script:outbox).Count | Should -Be 1
            $first = $script:outbox
            Initialize-Outbox
            $null = Invoke-Recorded { Get-SampleReport -Count 2 | Send-PeriscopeDeployment -Connection $connection -OutboxPath $script:outbox }
            @(Get-PeriscopeOutboxItem -OutboxPath $script:outbox).Count | Should -Be 2
            @(Get-PeriscopeOutboxItem -OutboxPath $first).Count | Should -Be 1
        }

        It 'keeps only the newest state of a deployment' {
            $states = @(Get-EarlierState -Status 'pending') + @(Get-EarlierState) + @(Get-SampleReport)
            $null = Invoke-Recorded { $states | Send-PeriscopeDeployment -OutboxPath $script:outbox }
            (Get-PeriscopeOutboxItem -OutboxPath $script:outbox).Status | Should -Be 'success'
        }

        It 'never replaces a queued finished state with an unfinished one' {
            $null = Invoke-Recorded { Get-SampleReport | Send-PeriscopeDeployment -OutboxPath $script:outbox }
            $run = Invoke-Recorded { Get-EarlierState | Send-PeriscopeDeployment -OutboxPath $script:outbox }
            $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PeriscopeStatusOutOfOrder,*'
            (Get-PeriscopeOutboxItem -OutboxPath $script:outbox).Status | Should -Be 'success'
        }
    }

    Context 'when Periscope is available' {
        It 'leaves nothing in the outbox' {
            $receipts = Get-SampleReport -Count 3 | Send-PeriscopeDeployment -OutboxPath $script:outbox
            $receipts.Action | Select-Object -Unique | Should -Be 'Created'
            Get-ChildItem -LiteralPath $script:outbox -File -Force | Should -BeNullOrEmpty
            Get-PeriscopeOutboxItem -OutboxPath $script:outbox | Should -BeNullOrEmpty
        }

        It 'delivers a newer state instead of the queued older one' {
            Disable-Periscope
            $null = Invoke-Recorded { Get-EarlierState | Send-PeriscopeDeployment -OutboxPath $script:outbox }
            Enable-Periscope
            (Get-SampleReport | Send-PeriscopeDeployment -OutboxPath $script:outbox).Action | Should -Be 'Created'
            Send-PeriscopeOutboxItem -OutboxPath $script:outbox | Should -BeNullOrEmpty
            (Get-SandboxReport).statuses | Should -Be @('success')
        }

        It 'does not send a confirmed report again without -Force' {
            $null = Get-SampleReport -Count 3 | Send-PeriscopeDeployment -OutboxPath $script:outbox
            $again = Get-SampleReport -Count 4 | Send-PeriscopeDeployment -OutboxPath $script:outbox
            $again.Action | Should -Be 'Unchanged', 'Unchanged', 'Unchanged', 'Created'
            @(Get-SandboxAttempt).Count | Should -Be 4
            (Get-SampleReport | Send-PeriscopeDeployment -OutboxPath $script:outbox -Force).Action | Should -Be 'Updated'
        }

        It 'sends a report that has changed since it was confirmed' {
            $null = Get-SampleReport | Send-PeriscopeDeployment -OutboxPath $script:outbox
            (Get-SampleReport -With @{ Branch = 'main' } | Send-PeriscopeDeployment -OutboxPath $script:outbox).Action | Should -Be 'Updated'
        }

        It 'never changes a finished deployment back, in any run' {
            $null = Get-SampleReport | Send-PeriscopeDeployment -OutboxPath $script:outbox
            $run = Invoke-Recorded { Get-EarlierState | Send-PeriscopeDeployment -OutboxPath $script:outbox }
            $run.Output | Should -BeNullOrEmpty
            $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PeriscopeStatusOutOfOrder,*'
            (Get-SandboxReport).statuses | Should -Be @('success')
        }
    }

    Context 'temporary responses of the edge' {
        It 'queue one report and do not fail the call: a 404 in the middle of a pipeline' {
            Add-SandboxFault -Kind RouteNotRegistered404 -With @{ service = 'Periscope'; skip = 1; times = 1 }
            $run = Invoke-Recorded { Get-SampleReport -Count 4 | Send-PeriscopeDeployment -OutboxPath $script:outbox -ThrottleLimit 1 }
            $run.Errors | Should -BeNullOrEmpty
            $run.Output.Action | Should -Be 'Created', 'Queued', 'Created', 'Created'
            (Get-PeriscopeOutboxItem -OutboxPath $script:outbox).ErrorId | Should -Be 'PeriscopeWrongBaseUri'
        }

        It 'fail the call if no report arrived, and queue every report' {
            Add-SandboxFault -Kind RouteNotRegistered404 -With @{ service = 'Periscope' }
            $run = Invoke-Recorded { Get-SampleReport -Count 5 | Send-PeriscopeDeployment -OutboxPath $script:outbox }
            $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PeriscopeWrongBaseUri,*'
            @(Get-PeriscopeOutboxItem -OutboxPath $script:outbox).Count | Should -Be 5
        }
    }

    Context 'a report that Periscope rejects' {
        It 'causes an error and becomes a dead letter next to the outbox: an invalid report' {
            $reports = @(Get-SampleReport -With @{ DeploymentId = 'ci-bad'; CommitSha = 'not-a-commit' }) + @(Get-SampleReport)
            $run = Invoke-Recorded { $reports | Send-PeriscopeDeployment -OutboxPath $script:outbox }
            $run.Output.DeploymentId | Should -Be 'ci-1'
            $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PeriscopeInvalidReport,*'
            @(Get-ChildItem -LiteralPath $script:deadLetters -Filter *.json).Count | Should -Be 1
            $item = Get-PeriscopeOutboxItem -OutboxPath $script:outbox
            $item.IsDead | Should -BeTrue
            $item.DeploymentId | Should -Be 'ci-bad'
            $item.LastError | Should -Match 'not-a-commit'
        }

        It 'causes an error with the report, and no damaged file: a report whose id is <_>' -ForEach '', '  ' {
            $report = Get-SampleReport -With @{ DeploymentId = $_ }
            $run = Invoke-Recorded { $report | Send-PeriscopeDeployment -OutboxPath $script:outbox }
            $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PeriscopeInvalidReport,*'
            $run.Errors.TargetObject.Service | Should -Be $report.Service
            $run.Warnings -match 'without a deploymentId is not stored' | Should -HaveCount 1
            $listed = Invoke-Recorded { Get-PeriscopeOutboxItem -OutboxPath $script:outbox }
            $listed.Output | Should -BeNullOrEmpty
            $listed.Warnings | Should -BeNullOrEmpty
            @(Get-ChildItem -LiteralPath $script:deadLetters -File).Count | Should -Be 0
        }

        It 'becomes a dead letter after a 403 in the middle of a pipeline, and the others are sent' {
            Add-SandboxFault -Kind Forbidden403 -With @{ service = 'Periscope'; times = 1 }
            $run = Invoke-Recorded { Get-SampleReport -Count 2 | Send-PeriscopeDeployment -OutboxPath $script:outbox }
            $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PeriscopeForbidden,*'
            $run.Output.Action | Should -Be 'Created'
            (Get-PeriscopeOutboxItem -OutboxPath $script:outbox).IsDead | Should -BeTrue
        }

        It 'becomes a dead letter for another organization (403), and is no longer queued' {
            $foreign = Get-SampleReport -With @{ OrganizationSlug = 'another-org' }
            Disable-Periscope
            $null = Invoke-Recorded { $foreign | Send-PeriscopeDeployment -OutboxPath $script:outbox }
            Enable-Periscope
            $run = Invoke-Recorded { Send-PeriscopeOutboxItem -OutboxPath $script:outbox }
            $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PeriscopeForbidden,*'
            $item = Get-PeriscopeOutboxItem -OutboxPath $script:outbox
            $item.IsDead | Should -BeTrue
            $item.Attempts | Should -Be 2
            @(Get-ChildItem -LiteralPath $script:outbox -Filter *.json).Count | Should -Be 0
        }

        It 'does not affect a queued older state' {
            Disable-Periscope
            $null = Invoke-Recorded { Get-EarlierState | Send-PeriscopeDeployment -OutboxPath $script:outbox }
            $null = Invoke-Recorded { Get-SampleReport -With @{ CommitSha = 'not-a-commit' } | Send-PeriscopeDeployment -OutboxPath $script:outbox }
            $items = Get-PeriscopeOutboxItem -OutboxPath $script:outbox
            $items.IsDead | Should -Be $false, $true
            $items.Status | Should -Be 'in_progress', 'success'
        }

        It 'is not written with -WhatIf' {
            $null = Invoke-Recorded { Get-SampleReport -With @{ CommitSha = 'not-a-commit' } | Send-PeriscopeDeployment -OutboxPath $script:outbox -WhatIf }
            $script:deadLetters | Should -Not -Exist
            Get-ChildItem -LiteralPath $script:outbox -Force | Should -BeNullOrEmpty
        }
    }

    Context 'a wrong key' {
        It 'causes one call and an error, and queues all reports' {
            $env:PERISCOPE_API_KEY = 'psk_live_wrong'
            $run = Invoke-Recorded { Get-SampleReport -Count 20 | Send-PeriscopeDeployment -OutboxPath $script:outbox }
            @($run.Errors).Count | Should -Be 1
            $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'PeriscopeUnauthorized,*'
            @(Get-SandboxRequest -Service Periscope).Count | Should -Be 1
            $run.Output.Action | Select-Object -Unique | Should -Be 'Queued'
            @(Get-PeriscopeOutboxItem -OutboxPath $script:outbox).Count | Should -Be 20
            Set-SandboxEnvironment
            @(Send-PeriscopeOutboxItem -OutboxPath $script:outbox).Count | Should -Be 20
        }
    }

    Context 'a folder that cannot be used' {
        It 'causes an error before the first report: <Name>' -ForEach @(
            @{ Name = 'it is missing'; Make = { } }
            @{ Name = 'it is a file'; Make = { Set-Content -LiteralPath $args[0] -Value 'x' } }
            @{ Name = 'it is read-only'; Make = { New-ReadOnlyFolder -Path $args[0] -Confirm:$false } }
        ) {
            $path = Join-Path -Path $TestDrive -ChildPath ([guid]::NewGuid().ToString('n'))
            $path = (& $Make $path) ?? $path
            foreach ($call in {
                    Get-SampleReport -Count 3 | Send-PeriscopeDeployment -OutboxPath $path
                }, {
                    Send-PeriscopeOutboxItem -OutboxPath $path
                }) {
                $run = Invoke-Recorded $call
                @($run.Errors).Count | Should -Be 1
                $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'PeriscopeStateUnusable,*'
                $run.Errors[0].Exception.Message | Should -Match ([regex]::Escape($path))
                $run.Output | Should -BeNullOrEmpty
            }
            Get-SandboxRequest -Service Periscope | Should -BeNullOrEmpty
        }

        It 'is rejected by Connect-Periscope' {
            { Connect-Periscope -OutboxPath "$script:outbox-none" } | Should -Throw -ErrorId 'PeriscopeStateUnusable,*'
        }
    }
}

Describe 'Get-PeriscopeOutboxItem' {
    BeforeAll {
        Reset-Sandbox
        Initialize-Outbox
        $script:filled = $script:outbox
        $null = Invoke-Recorded { Get-SampleReport -With @{ DeploymentId = 'ci-bad'; CommitSha = 'x' } | Send-PeriscopeDeployment -OutboxPath $script:filled }
        Disable-Periscope
        $null = Invoke-Recorded { Get-SampleReport -Count 3 | Send-PeriscopeDeployment -OutboxPath $script:filled }
        # As if it had been queued for two hours.
        $file = (Get-ChildItem -LiteralPath $script:filled -Filter ci-2*).FullName
        $kept = Get-Content -LiteralPath $file -Raw
        $kept -replace '"queuedAt": ".*"', "`"queuedAt`": `"$([datetimeoffset]::UtcNow.AddHours(-2).ToString('o'))`"" | Set-Content -LiteralPath $file
        Enable-Periscope
        Invoke-SandboxControl -Path 'requests' -Method Delete
    }

    It 'lists queued reports, oldest first, and then dead letters' {
        $items = Get-PeriscopeOutboxItem -OutboxPath $script:filled
        $items | Should -BeOfType PxxlPeriscope.OutboxItem
        $items.DeploymentId | Should -Be 'ci-2', 'ci-1', 'ci-3', 'ci-bad'
        $items.IsDead | Should -Be $false, $false, $false, $true
        [int] $items[0].Age.TotalHours | Should -Be 2
        $items.Report | Should -BeOfType PxxlPeriscope.DeploymentReport
    }

    It 'accepts wildcards, several ids, and -Dead' {
        (Get-PeriscopeOutboxItem $script:filled -DeploymentId '*-b*').DeploymentId | Should -Be 'ci-bad'
        (Get-PeriscopeOutboxItem $script:filled -DeploymentId ci-1, ci-2).DeploymentId | Should -Be 'ci-2', 'ci-1'
        (Get-PeriscopeOutboxItem $script:filled -Dead).DeploymentId | Should -Be 'ci-bad'
        Get-PeriscopeOutboxItem $script:filled -DeploymentId 'nothing*' | Should -BeNullOrEmpty
    }

    It 'makes no request' {
        Get-SandboxRequest | Should -BeNullOrEmpty
    }

    It 'shows a table with age, attempts and the reason that fits in <_> columns' -ForEach 80, 120 {
        $PSStyle.OutputRendering = 'PlainText'
        $lines = (Get-PeriscopeOutboxItem -OutboxPath $script:filled | Out-String -Width $_) -split '\r?\n' | Where-Object { $_ }
        $lines.Count | Should -Be 6
        $lines[0] | Should -Match '^DeploymentId +Status +Age +Attempts +Dead +LastError'
        $lines[2] | Should -Match '^ci-2 +success +2h +1 +ServerError: '
        $lines[5] | Should -Match '^ci-bad +success +\d+s +0 yes +InvalidReport: '
        foreach ($line in $lines) {
            $line.Length | Should -BeLessOrEqual $_
        }
    }

    It 'shows a list with the complete reason and the file' {
        $PSStyle.OutputRendering = 'PlainText'
        $list = Get-PeriscopeOutboxItem -OutboxPath $script:filled -DeploymentId ci-2 | Format-List | Out-String -Width 300
        $list | Should -Match '(?m)^QueuedAt +: .*\(2h ago\)'
        $list | Should -Match '(?m)^LastError +: .*HTTP 503'
        $list | Should -Match '(?m)^Path +: .*ci-2.*\.json'
    }

    It 'causes an error if no outbox is specified' {
        Disconnect-Periscope
        { Get-PeriscopeOutboxItem } | Should -Throw -ErrorId 'PeriscopeStateUnusable,*'
    }

    It 'causes an error for a missing folder' {
        { Get-PeriscopeOutboxItem -OutboxPath "$script:filled-none" } | Should -Throw -ErrorId 'PeriscopeStateUnusable,*'
    }

    It 'renames a damaged item with a warning, and lists the others' {
        Initialize-Outbox
        Disable-Periscope
        $null = Invoke-Recorded { Get-SampleReport -Count 2 | Send-PeriscopeDeployment -OutboxPath $script:outbox }
        $file = (Get-ChildItem -LiteralPath $script:outbox -Filter ci-1*).FullName
        Set-Content -LiteralPath $file -Value '{"version":1,"queued'
        $run = Invoke-Recorded { Get-PeriscopeOutboxItem -OutboxPath $script:outbox }
        $run.Errors | Should -BeNullOrEmpty
        $run.Output.DeploymentId | Should -Be 'ci-2'
        @($run.Warnings).Count | Should -Be 1
        $run.Warnings[0] | Should -Match ([regex]::Escape("$file.damaged"))
        Get-Content -LiteralPath "$file.damaged" | Should -Be '{"version":1,"queued'
        $file | Should -Not -Exist
        (Invoke-Recorded { Get-PeriscopeOutboxItem -OutboxPath $script:outbox }).Warnings | Should -BeNullOrEmpty
    }

    It 'does not change an item of a newer version, with a warning; neither do the sending commands' {
        Initialize-Outbox
        Disable-Periscope
        $null = Invoke-Recorded { Get-SampleReport | Send-PeriscopeDeployment -OutboxPath $script:outbox }
        $file = (Get-ChildItem -LiteralPath $script:outbox -Filter *.json).FullName
        Set-Content -LiteralPath $file -Value '{"version":99,"envelope":"of a later day"}'
        $run = Invoke-Recorded { Get-PeriscopeOutboxItem -OutboxPath $script:outbox }
        $run.Output | Should -BeNullOrEmpty
        $run.Warnings[0] | Should -Match 'newer version'
        $null = Invoke-Recorded { Get-SampleReport | Send-PeriscopeDeployment -OutboxPath $script:outbox }
        Enable-Periscope
        $null = Invoke-Recorded { Get-SampleReport | Send-PeriscopeDeployment -OutboxPath $script:outbox }
        Get-Content -LiteralPath $file | Should -Be '{"version":99,"envelope":"of a later day"}'
    }
}

Describe 'Send-PeriscopeOutboxItem' {
    BeforeEach {
        Reset-Sandbox
        Initialize-Outbox
        Disable-Periscope
    }

    It 'delivers the oldest report first, and empties the outbox' {
        foreach ($number in 3, 1, 2) {
            $null = Invoke-Recorded { Get-SampleReport -With @{ DeploymentId = "ci-$number" } | Send-PeriscopeDeployment -OutboxPath $script:outbox }
        }
        Enable-Periscope
        $receipts = Send-PeriscopeOutboxItem -OutboxPath $script:outbox -ThrottleLimit 1
        $receipts.DeploymentId | Should -Be 'ci-3', 'ci-1', 'ci-2'
        $receipts.Action | Select-Object -Unique | Should -Be 'Created'
        Get-Posted | Should -Be 'ci-3', 'ci-1', 'ci-2'
        Get-PeriscopeOutboxItem -OutboxPath $script:outbox | Should -BeNullOrEmpty
    }

    It 'sends only the newest state of each deployment' {
        $states = @(Get-EarlierState -Status 'pending') + @(Get-SampleReport -Count 3)
        $null = Invoke-Recorded { $states | Send-PeriscopeDeployment -OutboxPath $script:outbox }
        Enable-Periscope
        $null = Send-PeriscopeOutboxItem -OutboxPath $script:outbox
        (Get-SandboxReport | Where-Object deploymentId -EQ 'ci-1').statuses | Should -Be @('success')
        @(Get-SandboxAttempt).Count | Should -Be 3
    }

    It 'keeps reports that fail again with one more attempt, and writes one error with their number' {
        $null = Invoke-Recorded { Get-SampleReport -Count 2 | Send-PeriscopeDeployment -OutboxPath $script:outbox }
        $run = Invoke-Recorded { Send-PeriscopeOutboxItem -OutboxPath $script:outbox }
        $run.Output.Action | Should -Be 'Queued', 'Queued'
        @($run.Errors).Count | Should -Be 1
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'PeriscopeNotDelivered,*'
        $run.Errors[0].Exception.Message | Should -Match '2 of 2'
        (Get-PeriscopeOutboxItem -OutboxPath $script:outbox).Attempts | Should -Be 2, 2
    }

    It 'reports one 404 of the edge as a queued report and not as a wrong base URI' {
        $null = Invoke-Recorded { Get-SampleReport -Count 4 | Send-PeriscopeDeployment -OutboxPath $script:outbox }
        Enable-Periscope
        Add-SandboxFault -Kind RouteNotRegistered404 -With @{ service = 'Periscope'; skip = 1; times = 1 }
        $run = Invoke-Recorded { Send-PeriscopeOutboxItem -OutboxPath $script:outbox -ThrottleLimit 1 }
        $run.Output.Action | Should -Be 'Created', 'Queued', 'Created', 'Created'
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PeriscopeNotDelivered,*'
        $run.Errors.Exception.Message | Should -Match '^1 of 4'
    }

    It 'shows what it would send with -WhatIf, and changes nothing' {
        $null = Invoke-Recorded { Get-SampleReport -Count 2 | Send-PeriscopeDeployment -OutboxPath $script:outbox }
        Enable-Periscope
        Invoke-SandboxControl -Path 'requests' -Method Delete
        $before = Get-ChildItem -LiteralPath $script:outbox -Recurse -File -Force | Get-FileHash
        Send-PeriscopeOutboxItem -OutboxPath $script:outbox -WhatIf | Should -BeNullOrEmpty
        Get-SandboxRequest | Should -BeNullOrEmpty
        (Get-ChildItem -LiteralPath $script:outbox -Recurse -File -Force | Get-FileHash).Hash | Should -Be $before.Hash
    }

    It 'accepts items from the pipeline, and uses the outbox of the session' {
        $null = Connect-Periscope -OutboxPath $script:outbox -MaximumRetryCount 0
        $null = Invoke-Recorded { Get-SampleReport -Count 4 | Send-PeriscopeDeployment }
        Enable-Periscope
        (Get-PeriscopeOutboxItem -DeploymentId ci-2, ci-3 | Send-PeriscopeOutboxItem).DeploymentId | Should -Be 'ci-2', 'ci-3'
        (Send-PeriscopeOutboxItem -DeploymentId 'ci-[34]').DeploymentId | Should -Be 'ci-4'
        (Send-PeriscopeOutboxItem).DeploymentId | Should -Be 'ci-1'
    }

    It 'sends dead letters only if they are specified' {
        Enable-Periscope
        Add-SandboxFault -Kind Forbidden403 -With @{ service = 'Periscope'; times = 1 }
        $null = Invoke-Recorded { Get-SampleReport | Send-PeriscopeDeployment -OutboxPath $script:outbox }
        Send-PeriscopeOutboxItem -OutboxPath $script:outbox | Should -BeNullOrEmpty
        (Get-PeriscopeOutboxItem -OutboxPath $script:outbox -Dead | Send-PeriscopeOutboxItem).Action | Should -Be 'Created'
        Get-PeriscopeOutboxItem -OutboxPath $script:outbox | Should -BeNullOrEmpty
    }

    It 'does not send a dead letter that was removed after it was listed, and sends the others' {
        Enable-Periscope
        Add-SandboxFault -Kind Forbidden403 -With @{ service = 'Periscope'; times = 2 }
        $null = Invoke-Recorded { Get-SampleReport -Count 2 | Send-PeriscopeDeployment -OutboxPath $script:outbox }
        $items = @(Get-PeriscopeOutboxItem -OutboxPath $script:outbox -Dead)
        Remove-PeriscopeOutboxItem -OutboxPath $script:outbox -DeploymentId ci-1 -Confirm:$false
        $run = Invoke-Recorded { $items | Send-PeriscopeOutboxItem }
        $run.Errors | Should -BeNullOrEmpty
        $run.Output.DeploymentId | Should -Be 'ci-2'
        Get-PeriscopeOutboxItem -OutboxPath $script:outbox | Should -BeNullOrEmpty
    }

    It 'does not change a dead letter that was replaced, and writes an error for it' {
        Enable-Periscope
        Add-SandboxFault -Kind Forbidden403 -With @{ service = 'Periscope'; times = 1 }
        $null = Invoke-Recorded { Get-SampleReport | Send-PeriscopeDeployment -OutboxPath $script:outbox }
        $item = Get-PeriscopeOutboxItem -OutboxPath $script:outbox -Dead
        (Get-Content -LiteralPath $item.Path -Raw) -replace '"success"', '"failure"' | Set-Content -LiteralPath $item.Path
        $run = Invoke-Recorded { $item | Send-PeriscopeOutboxItem }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PeriscopeOutboxItemChanged,*'
        $run.Output | Should -BeNullOrEmpty
        (Get-PeriscopeOutboxItem -OutboxPath $script:outbox -Dead).Status | Should -Be 'failure'
    }

    It 'removes a report that is out of date because the final status was reported in another way' {
        $null = Invoke-Recorded { Get-EarlierState | Send-PeriscopeDeployment -OutboxPath $script:outbox }
        $aside = Join-Path -Path $TestDrive -ChildPath 'aside.json'
        $file = (Get-ChildItem -LiteralPath $script:outbox -Filter *.json).FullName
        Copy-Item -LiteralPath $file -Destination $aside
        Enable-Periscope
        $null = Get-SampleReport | Send-PeriscopeDeployment -OutboxPath $script:outbox
        Copy-Item -LiteralPath $aside -Destination $file
        $run = Invoke-Recorded { Send-PeriscopeOutboxItem -OutboxPath $script:outbox }
        $run.Errors | Should -BeNullOrEmpty
        Get-PeriscopeOutboxItem -OutboxPath $script:outbox | Should -BeNullOrEmpty
        (Get-SandboxReport).statuses | Should -Be @('success')
    }

    It 'shares an outbox with a second process, and each report is sent once' {
        $null = Invoke-Recorded { Get-SampleReport -Count 60 | Send-PeriscopeDeployment -OutboxPath $script:outbox }
        Enable-Periscope
        # The first process has to wait for its first report while the other one works.
        Add-SandboxFault -Kind Unavailable503RetryAfter -With @{ service = 'Periscope'; times = 1; retryAfterSeconds = 1 }
        $work = @'
Import-Module -Name $Module
Set-Content -LiteralPath $Ready -Value 'x'
while (-not (Test-Path -LiteralPath $Gate)) { }
@(Send-PeriscopeOutboxItem -OutboxPath $Outbox).DeploymentId -join ','
'@
        $gate = Join-Path -Path $TestDrive -ChildPath 'gate'
        $shells = foreach ($number in 1, 2) {
            Start-ChildShell -Script $work -Variable @{ Outbox = $script:outbox; Gate = $gate; Ready = "$gate.$number" }
        }
        Test-Until { (Test-Path -LiteralPath "$gate.1") -and (Test-Path -LiteralPath "$gate.2") } | Should -BeTrue
        Set-Content -LiteralPath $gate -Value 'x'
        $receipts = @($shells.ForEach({ (Receive-ChildShell -Shell $_) -split ',' }) | Where-Object { $_ })
        $expected = (1..60).ForEach({ "ci-$_" }) | Sort-Object
        Get-Posted | Sort-Object | Should -Be $expected
        $receipts | Sort-Object | Should -Be $expected
        Get-PeriscopeOutboxItem -OutboxPath $script:outbox | Should -BeNullOrEmpty
    }
}

Describe 'Remove-PeriscopeOutboxItem' {
    BeforeEach {
        Reset-Sandbox
        Initialize-Outbox
        $null = Invoke-Recorded { Get-SampleReport -With @{ DeploymentId = 'ci-bad'; CommitSha = 'x' } | Send-PeriscopeDeployment -OutboxPath $script:outbox }
        Disable-Periscope
        $null = Invoke-Recorded { Get-SampleReport -Count 3 | Send-PeriscopeDeployment -OutboxPath $script:outbox }
    }

    It 'removes items from the pipeline' {
        Get-PeriscopeOutboxItem -OutboxPath $script:outbox -DeploymentId ci-2 | Remove-PeriscopeOutboxItem -Confirm:$false
        (Get-PeriscopeOutboxItem -OutboxPath $script:outbox).DeploymentId | Should -Be 'ci-1', 'ci-3', 'ci-bad'
    }

    It 'removes by id and wildcard, including dead letters' {
        Remove-PeriscopeOutboxItem -OutboxPath $script:outbox -DeploymentId ci-1, '*bad' -Confirm:$false
        (Get-PeriscopeOutboxItem -OutboxPath $script:outbox).DeploymentId | Should -Be 'ci-2', 'ci-3'
    }

    It 'removes nothing with -WhatIf' {
        Remove-PeriscopeOutboxItem -OutboxPath $script:outbox -DeploymentId * -WhatIf
        @(Get-PeriscopeOutboxItem -OutboxPath $script:outbox).Count | Should -Be 4
    }

    It 'asks for confirmation, so that a non-interactive script removes nothing' {
        $said = try { Invoke-ChildShell -Script 'Import-Module $Module; Remove-PeriscopeOutboxItem -OutboxPath $Outbox -DeploymentId *' -Variable @{ Outbox = $script:outbox } } catch { "$_" }
        $said | Should -Match 'NonInteractive|Confirm'
        @(Get-PeriscopeOutboxItem -OutboxPath $script:outbox).Count | Should -Be 4
    }

    It 'causes an error if no items are specified' {
        $run = Invoke-Recorded { Remove-PeriscopeOutboxItem -OutboxPath $script:outbox -Confirm:$false }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PeriscopeInvalidRequest,*'
        @(Get-PeriscopeOutboxItem -OutboxPath $script:outbox).Count | Should -Be 4
    }

    It 'does not remove an item that was replaced, writes an error for it, and continues' {
        $items = @(Get-PeriscopeOutboxItem -OutboxPath $script:outbox -DeploymentId ci-1, ci-2)
        $null = Invoke-Recorded { Get-SampleReport -With @{ Status = 'failure' } | Send-PeriscopeDeployment -OutboxPath $script:outbox }
        $run = Invoke-Recorded { $items | Remove-PeriscopeOutboxItem -Confirm:$false }
        $run.HasEnded | Should -BeFalse
        @($run.Errors).Count | Should -Be 1
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'PeriscopeOutboxItemChanged,*'
        $run.Errors[0].CategoryInfo.Category | Should -Be 'InvalidOperation'
        $run.Errors[0].TargetObject.DeploymentId | Should -Be 'ci-1'
        $run.Errors[0].ErrorDetails.RecommendedAction | Should -Match 'Get-PeriscopeOutboxItem'
        $left = Get-PeriscopeOutboxItem -OutboxPath $script:outbox
        $left.DeploymentId | Should -Be 'ci-3', 'ci-1', 'ci-bad'
        ($left | Where-Object DeploymentId -EQ 'ci-1').Status | Should -Be 'failure'
    }

    It 'removes the listed report even if it was tried again' {
        $item = Get-PeriscopeOutboxItem -OutboxPath $script:outbox -DeploymentId ci-1
        $null = Invoke-Recorded { Send-PeriscopeOutboxItem -OutboxPath $script:outbox -DeploymentId ci-1 }
        $item | Remove-PeriscopeOutboxItem -Confirm:$false
        (Get-PeriscopeOutboxItem -OutboxPath $script:outbox).DeploymentId | Should -Be 'ci-2', 'ci-3', 'ci-bad'
    }

    It 'accepts an item that no longer exists' {
        $item = Get-PeriscopeOutboxItem -OutboxPath $script:outbox -DeploymentId ci-1
        $item | Remove-PeriscopeOutboxItem -Confirm:$false
        $run = Invoke-Recorded { $item | Remove-PeriscopeOutboxItem -Confirm:$false }
        $run.Errors | Should -BeNullOrEmpty
    }
}

Describe 'A progress bar' {
    BeforeAll {
        # Longer than the delay of the progress bar: Periscope requests one wait of three seconds.
        $script:work = @'
Import-Module -Name $Module
$sha = '1a2b3c4d'
1..3 | ForEach-Object { New-PeriscopeDeployment -DeploymentId "ci-$_" -CommitSha $sha -Environment staging -Status pending -StartedAt 1h } | Send-PeriscopeDeployment | Out-Null
'done'
'@
    }

    BeforeEach {
        Reset-Sandbox
        Add-SandboxFault -Kind TooManyRequestsSeconds -With @{ service = 'Periscope'; times = 1; retryAfterSeconds = 3 }
    }

    It 'is shown in an interactive terminal' {
        if (-not (Get-Command -Name script -CommandType Application -ErrorAction Ignore) -or $IsMacOS) {
            Set-ItResult -Skipped -Because 'there is no program here (script, of util-linux) that gives a terminal'
        }
        $file = Join-Path -Path $TestDrive -ChildPath 'watched.ps1'
        Set-Content -LiteralPath $file -Value ("`$Module = '$(Get-TestedModule)'`n" + $script:work)
        # With a terminal that has a size, and without the variables of a CI system.
        $marks = 'CI', 'TF_BUILD', 'GITHUB_ACTIONS', 'GITLAB_CI', 'JENKINS_URL', 'BUILD_TAG', 'AUTOMATION_ASSET_ACCOUNTID'
        $shown = & script -qec "stty cols 100 rows 30; env $($marks.ForEach({ "-u $_" }) -join ' ') TERM=xterm $(Get-QuotedShell) -NoProfile -File '$file'" /dev/null *>&1 | Out-String
        $shown | Should -Match 'done'
        $shown | Should -Match 'Reporting to Periscope'
    }

    It 'is not shown otherwise' {
        $shown = Invoke-ChildShell -Script ('$ProgressPreference = ''Continue''' + "`n" + $script:work)
        $shown | Should -Be 'done'
    }
}
