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

Describe 'ConvertTo-PeriscopeDeployment' {
    BeforeEach { Reset-Sandbox }

    It 'creates reports that Periscope accepts, without a request' {
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

    It 'uses the finish time if the service provides it' {
        Edit-SandboxShape @{ spelling = 'Alternative' }
        $report = Get-PxxlDeployment -Status Success -First 30 | Where-Object { $_.FinishedAt -and $_.CommitSha -match '^[0-9a-f]{7,40}$' } | Select-Object -First 1 |
            ConvertTo-PeriscopeDeployment
        $report.CompletedAtSource | Should -Be 'Finished'
    }

    It 'skips a zip deployment with a warning that names it' {
        $zip = Get-PxxlDeployment | Where-Object { -not $_.CommitSha } | Select-Object -First 1
        $run = Invoke-Recorded { $zip | ConvertTo-PeriscopeDeployment }
        $run.Output | Should -BeNullOrEmpty
        $run.Errors | Should -BeNullOrEmpty
        $run.Warnings | Should -Match $zip.Id
    }

    It 'uses the environment preview for a preview deployment' {
        $preview = Get-PxxlDeployment -Environment preview -First 1
        ($preview | ConvertTo-PeriscopeDeployment).Environment | Should -Be 'preview'
    }

    It 'maps environments and services, by name and id, ignoring case' {
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

    It 'accepts a valid report without a request' {
        $check = Get-SampleReport | Test-PeriscopeDeployment
        $check.IsValid | Should -BeTrue
        $check.Reasons | Should -BeNullOrEmpty
        Get-SandboxRequest | Should -BeNullOrEmpty
    }

    It 'rejects <What>' -ForEach @(
        @{ What = 'no id'; With = @{ DeploymentId = '' }; Reason = 'deploymentId' }
        @{ What = 'a commit of 4 characters'; With = @{ CommitSha = 'abcd' }; Reason = 'commitSha' }
        @{ What = 'a commit of 41 characters'; With = @{ CommitSha = 'a' * 41 }; Reason = 'commitSha' }
        @{ What = 'a commit that is not hexadecimal'; With = @{ CommitSha = 'xyz1234' }; Reason = 'commitSha' }
        @{ What = 'an invalid previous commit'; With = @{ PreviousCommitSha = 'HEAD~1' }; Reason = 'previousCommitSha' }
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

    It 'accepts commits of 5 and 40 characters in upper and lower case' {
        foreach ($sha in 'abcde', 'ABCDE', ('0' * 40), ('f' * 40)) {
            (Get-SampleReport @{ CommitSha = $sha } | Test-PeriscopeDeployment).IsValid | Should -BeTrue
        }
    }

    It 'lists all reasons' {
        $check = New-PeriscopeDeployment -DeploymentId '' -CommitSha '' -Status 'done' | Test-PeriscopeDeployment
        @($check.Reasons).Count | Should -Be 5
    }

    It 'warns about an environment that does not count in the metrics: <_>' -ForEach 'prod', 'Production', 'live' {
        $check = Get-SampleReport @{ Environment = $_ } | Test-PeriscopeDeployment
        $check.IsValid | Should -BeTrue
        $check.Warnings | Should -Match 'production'
    }

    It 'warns about 40 zeros as previous commit' {
        (Get-SampleReport @{ PreviousCommitSha = '0' * 40 } | Test-PeriscopeDeployment).Warnings | Should -Match 'zeros'
    }

    It 'accepts Pxxl deployments' {
        (Get-PxxlDeployment -Environment production -Branch main -First 3 | Test-PeriscopeDeployment).IsValid |
            Should -Be $true, $true, $true
    }
}
