BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    $script:sandbox = Open-Sandbox
    $script:valid = @{
        DeploymentId = 'ci-1'
        CommitSha    = '1a2b3c4d'
        Environment  = 'production'
        Status       = 'success'
        StartedAt    = '2026-01-31T12:00:00Z'
        CompletedAt  = '2026-01-31T12:05:00Z'
    }

    function Get-SampleReport {
        param([hashtable] $With = @{})
        $fields = $script:valid.Clone()
        foreach ($key in $With.Keys) {
            $fields[$key] = $With[$key]
        }
        New-PeriscopeDeployment @fields
    }
}

AfterAll { Close-Sandbox }

Describe 'New-PeriscopeDeployment' {
    BeforeEach { Reset-Sandbox }

    It 'makes a report of parameters, and no call' {
        $report = Get-SampleReport @{ Service = 'checkout-api'; Branch = 'main'; TriggeredBy = 'ada'; PipelineName = 'Deploy'; PipelineUrl = 'https://ci.example/1' }
        $report | Should -BeOfType PxxlPeriscope.DeploymentReport
        $report.DeploymentId | Should -Be 'ci-1'
        $report.StartedAt | Should -Be ([datetimeoffset] '2026-01-31T12:00:00Z')
        $report.StartedAt.Offset | Should -Be ([timespan]::Zero)
        $report.CompletedAtSource | Should -Be 'Given'
        Get-SandboxRequest | Should -BeNullOrEmpty
    }

    It 'takes CSV rows by property name, and empty cells as absent' {
        $rows = @'
DeploymentId,CommitSha,Environment,Status,StartedAt,CompletedAt,Service,Branch,PreviousCommitSha
ci-1,1a2b3c4d,production,success,2026-01-31T12:00:00Z,2026-01-31T12:05:00Z,checkout-api,main,
ci-2,5e6f7a8b,staging,in_progress,2026-01-31T13:00:00Z,,,,
'@ | ConvertFrom-Csv | New-PeriscopeDeployment
        $rows.Count | Should -Be 2
        $rows[1].CompletedAt | Should -Be $null
        $rows[1].CompletedAtSource | Should -Be 'None'
        foreach ($name in 'Service', 'Branch', 'PreviousCommitSha', 'OrganizationSlug', 'PipelineUrl') {
            $rows[1].$name | Should -Be $null
        }
        ($rows | Test-PeriscopeDeployment).IsValid | Should -Be $true, $true
    }

    It 'keeps ids and commits that are made of digits only' {
        $row = "DeploymentId,CommitSha`n0012345,0123456" | ConvertFrom-Csv | New-PeriscopeDeployment
        $row.DeploymentId | Should -BeExactly '0012345'
        $row.CommitSha | Should -BeExactly '0123456'
        $commit = "DeploymentId,CommitSha`n1e5,12345e7" | ConvertFrom-Csv | New-PeriscopeDeployment
        $commit.DeploymentId | Should -BeExactly '1e5'
        $commit.CommitSha | Should -BeExactly '12345e7'
    }

    It 'takes white space around a cell away' {
        $row = [pscustomobject]@{ DeploymentId = ' ci-1 '; CommitSha = "1a2b3c4d`t"; Status = ' success' } | New-PeriscopeDeployment
        $row.DeploymentId, $row.CommitSha, $row.Status | Should -Be 'ci-1', '1a2b3c4d', 'success'
    }

    It 'makes one error of a row with a bad time, and goes on' {
        $run = Invoke-Recorded {
            "DeploymentId,StartedAt`nci-1,2026-01-31T12:00:00Z`nci-2,the 31st`nci-3,2026-01-31T12:00:00Z" | ConvertFrom-Csv | New-PeriscopeDeployment
        }
        $run.Output.DeploymentId | Should -Be 'ci-1', 'ci-3'
        @($run.Errors).Count | Should -Be 1
        $run.Errors[0].Exception.Message | Should -Match 'the 31st'
        $run.HasEnded | Should -BeFalse
    }

    It 'takes a time as <Form>' -ForEach @(
        @{ Form = 'ISO text with an offset'; Time = '2026-01-31T14:00:00+02:00' }
        @{ Form = 'a date'; Time = ([datetimeoffset] '2026-01-31T12:00:00Z').UtcDateTime }
        @{ Form = 'Unix seconds'; Time = 1769860800 }
        @{ Form = 'Unix seconds of a CSV cell'; Time = '1769860800' }
    ) {
        (New-PeriscopeDeployment -DeploymentId x -StartedAt $Time).StartedAt | Should -Be ([datetimeoffset] '2026-01-31T12:00:00Z')
    }

    It 'judges nothing' {
        (New-PeriscopeDeployment -DeploymentId x -Status 'whatever').Status | Should -Be 'whatever'
    }
}

Describe 'ConvertTo-PeriscopeDeployment' {
    BeforeEach { Reset-Sandbox }

    It 'makes reports that Periscope would take, and no call' {
        $deployments = Get-PxxlDeployment | Where-Object CommitSha -Match '^[0-9a-f]{5,40}$'
        Invoke-SandboxControl -Path 'requests' -Method Delete
        $reports = $deployments | ConvertTo-PeriscopeDeployment
        $reports.Count | Should -Be $deployments.Count
        ($reports | Test-PeriscopeDeployment).IsValid | Select-Object -Unique | Should -Be $true
        Get-SandboxRequest | Should -BeNullOrEmpty
    }

    It 'maps <Word> to <Status>' -ForEach @(
        @{ Word = 'queued'; Status = 'pending' }
        @{ Word = 'building'; Status = 'in_progress' }
        @{ Word = 'promoting'; Status = 'in_progress' }
        @{ Word = 'deployed'; Status = 'success' }
        @{ Word = 'failed'; Status = 'failure' }
        @{ Word = 'canceled'; Status = 'cancelled' }
        @{ Word = 'rolled_back'; Status = 'rolled_back' }
    ) {
        Add-SandboxDeployment @{ id = "dep_map$Word"; status = $Word; createdAt = '2026-01-31T12:00:00Z'; buildSeconds = 90; commitSha = '1a2b3c4d'; projectId = 'proj_map'; projectName = 'mapped'; branch = 'main' }
        $report = Get-PxxlDeployment "dep_map$Word" | ConvertTo-PeriscopeDeployment
        $report.Status | Should -Be $Status
        $report.DeploymentId | Should -Be "pxxl-dep_map$Word"
        $report.Environment | Should -Be 'production'
        $report.Service | Should -Be 'mapped'
        $report.PipelineName | Should -Be 'Pxxl'
        $report.PipelineUrl | Should -Be "https://pxxl.app/dashboard/projects/proj_map/deployments/dep_map$Word"
        $report.PreviousCommitSha | Should -Be $null
        if ($Status -in 'pending', 'in_progress') {
            $report.CompletedAt | Should -Be $null
            $report.CompletedAtSource | Should -Be 'None'
        }
        else {
            $report.CompletedAt | Should -Be ([datetimeoffset] '2026-01-31T12:01:30Z')
            $report.CompletedAtSource | Should -Be 'BuildTime'
        }
    }

    It 'takes the finish time where the service says it' {
        Edit-SandboxShape @{ spelling = 'Alternative' }
        $report = Get-PxxlDeployment -Status Success -First 30 | Where-Object { $_.FinishedAt -and $_.CommitSha -match '^[0-9a-f]{7,40}$' } | Select-Object -First 1 | ConvertTo-PeriscopeDeployment
        $report.CompletedAtSource | Should -Be 'Finished'
    }

    It 'skips a zip deployment with a warning that names it' {
        $zip = Get-PxxlDeployment | Where-Object { -not $_.CommitSha } | Select-Object -First 1
        $run = Invoke-Recorded { $zip | ConvertTo-PeriscopeDeployment }
        $run.Output | Should -BeNullOrEmpty
        $run.Errors | Should -BeNullOrEmpty
        $run.Warnings | Should -Match $zip.Id
    }

    It 'says preview for a preview' {
        $preview = Get-PxxlDeployment -Environment preview -First 1
        ($preview | ConvertTo-PeriscopeDeployment).Environment | Should -Be 'preview'
    }

    It 'maps environments and services, by name and by id, in any case' {
        Add-SandboxDeployment @{ id = 'dep_mapped'; status = 'deployed'; createdAt = '2026-01-31T12:00:00Z'; commitSha = '1a2b3c4d'; projectId = 'proj_map'; projectName = 'mapped'; environment = 'prod' }
        $deployment = Get-PxxlDeployment dep_mapped
        $byName = $deployment | ConvertTo-PeriscopeDeployment -EnvironmentMap @{ PROD = 'production' } -ServiceMap @{ Mapped = 'shop/one' }
        $byName.Environment, $byName.Service | Should -Be 'production', 'shop/one'
        ($deployment | ConvertTo-PeriscopeDeployment -ServiceMap @{ proj_map = 'shop/two' }).Service | Should -Be 'shop/two'
        ($deployment | ConvertTo-PeriscopeDeployment).Environment | Should -Be 'prod'
    }
}

Describe 'Test-PeriscopeDeployment' {
    BeforeEach { Reset-Sandbox }

    It 'finds nothing wrong with a valid report, and makes no call' {
        $check = Get-SampleReport | Test-PeriscopeDeployment
        $check.IsValid | Should -BeTrue
        $check.Reasons | Should -BeNullOrEmpty
        Get-SandboxRequest | Should -BeNullOrEmpty
    }

    It 'refuses <What>' -ForEach @(
        @{ What = 'no id'; With = @{ DeploymentId = '' }; Reason = 'deploymentId' }
        @{ What = 'a commit of 4 characters'; With = @{ CommitSha = 'abcd' }; Reason = 'commitSha' }
        @{ What = 'a commit of 41 characters'; With = @{ CommitSha = 'a' * 41 }; Reason = 'commitSha' }
        @{ What = 'a commit that is no hexadecimal'; With = @{ CommitSha = 'xyz1234' }; Reason = 'commitSha' }
        @{ What = 'a previous commit that is none'; With = @{ PreviousCommitSha = 'HEAD~1' }; Reason = 'previousCommitSha' }
        @{ What = 'no environment'; With = @{ Environment = '' }; Reason = 'environment' }
        @{ What = 'an unknown status'; With = @{ Status = 'exploded' }; Reason = 'status' }
        @{ What = 'a status in upper case'; With = @{ Status = 'SUCCESS' }; Reason = "did you mean 'success'" }
        @{ What = 'cancelled with one l'; With = @{ Status = 'canceled' }; Reason = "did you mean 'cancelled'" }
        @{ What = 'no start'; With = @{ StartedAt = $null }; Reason = 'startedAt' }
        @{ What = 'success without an end'; With = @{ CompletedAt = $null }; Reason = 'completedAt' }
        @{ What = 'an end before the start'; With = @{ CompletedAt = '2026-01-31T11:59:59Z' }; Reason = 'before startedAt' }
    ) {
        $check = Get-SampleReport $With | Test-PeriscopeDeployment
        $check.IsValid | Should -BeFalse
        @($check.Reasons).Count | Should -Be 1
        $check.Reasons[0] | Should -Match $Reason
    }

    It 'accepts commits of 5 and of 40 characters, in both cases' {
        foreach ($sha in 'abcde', 'ABCDE', ('0' * 40), ('f' * 40)) {
            (Get-SampleReport @{ CommitSha = $sha } | Test-PeriscopeDeployment).IsValid | Should -BeTrue
        }
    }

    It 'lists every reason at once' {
        $check = New-PeriscopeDeployment -Status 'done' | Test-PeriscopeDeployment
        @($check.Reasons).Count | Should -Be 5
    }

    It 'warns of an environment that would count in no metric: <_>' -ForEach 'prod', 'Production', 'live' {
        $check = Get-SampleReport @{ Environment = $_ } | Test-PeriscopeDeployment
        $check.IsValid | Should -BeTrue
        $check.Warnings | Should -Match 'production'
    }

    It 'warns of 40 zeros as previous commit' {
        (Get-SampleReport @{ PreviousCommitSha = '0' * 40 } | Test-PeriscopeDeployment).Warnings | Should -Match 'zeros'
    }

    It 'takes Pxxl deployments too' {
        (Get-PxxlDeployment -Environment production -Branch main -First 3 | Test-PeriscopeDeployment).IsValid | Should -Be $true, $true, $true
    }
}
