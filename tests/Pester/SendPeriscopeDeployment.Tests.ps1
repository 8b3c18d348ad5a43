BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    $script:sandbox = Open-Sandbox

    function Get-SampleReport {
        param([int] $Count = 1, [hashtable] $With = @{})
        foreach ($number in 1..$Count) {
            $fields = @{
                DeploymentId = "ci-$number"
                CommitSha    = '{0:x8}' -f (0x10000000 + $number)
                Environment  = 'production'
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
}

AfterAll { Close-Sandbox }

Describe 'The main scenario' {
    BeforeAll {
        Reset-Sandbox
        $script:run = Invoke-Recorded { Get-PxxlDeployment -Since (Get-Date).AddDays(-7) | Send-PeriscopeDeployment }
        $script:reports = @(Get-SandboxReport)
        $script:deployments = @(Get-PxxlDeployment -Since (Get-Date).AddDays(-7))
        $script:reportable = @($script:deployments | Where-Object CommitSha -Match '^[0-9a-f]{5,40}$')
    }

    It 'completes without an error' {
        $script:run.Errors | Should -BeNullOrEmpty
    }

    It 'writes one receipt for each deployment that has a commit, in order' {
        $script:reportable.Count | Should -BeGreaterThan 20
        $script:run.Output.DeploymentId | Should -Be $script:reportable.Id.ForEach({ "pxxl-$_" })
    }

    It 'stores the values of the receipts at Periscope' {
        $script:reports.deploymentId | Sort-Object | Should -Be ($script:run.Output.DeploymentId | Sort-Object)
        foreach ($receipt in $script:run.Output) {
            $report = $script:reports | Where-Object deploymentId -EQ $receipt.DeploymentId
            $report.recordId | Should -Be $receipt.RecordId
            $report.payload.status | Should -Be $receipt.Status
            $report.payload.environment | Should -Be $receipt.Environment
        }
    }

    It 'skips each zip deployment with a warning that names it' {
        $zips = @($script:deployments | Where-Object CommitSha -NotMatch '^[0-9a-f]{5,40}$')
        $zips.Count | Should -BeGreaterThan 0
        foreach ($zip in $zips) {
            @($script:run.Warnings -match $zip.Id).Count | Should -Be 1
        }
    }

    It 'warns exactly once that a successful production report has no linked pull request, with possible causes' {
        @($script:run.Output | Where-Object { $_.LinkedPullRequests -eq 0 -and $_.Status -eq 'success' -and $_.Environment -eq 'production' }).Count | Should -BeGreaterThan 1
        $said = @($script:run.Warnings -match 'pull request')
        $said.Count | Should -Be 1
        $said[0] | Should -Match 'monitored'
    }

    It 'sends times in the documented format, and no completion time for an unfinished status' {
        foreach ($payload in $script:reports.payload) {
            $json = ConvertTo-Json -InputObject $payload
            $json | Should -Match '"startedAt": *"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"'
            ($json -match '"completedAt"') | Should -Be ($payload.status -notin 'pending', 'in_progress')
        }
    }
}

Describe 'Send-PeriscopeDeployment' {
    BeforeEach { Reset-Sandbox }

    Context 'receipts' {
        It 'have the documented properties' {
            $receipt = Get-SampleReport | Send-PeriscopeDeployment -WarningAction SilentlyContinue
            $receipt | Should -BeOfType PxxlPeriscope.Receipt
            foreach ($name in 'DeploymentId', 'Action', 'RecordId', 'LinkedPullRequests', 'Environment', 'Status', 'Attempts') {
                $receipt.PSObject.Properties.Name | Should -Contain $name
                $receipt.$name | Should -Not -BeNullOrEmpty
            }
            $receipt.Attempts | Should -Be 1
        }

        It 'have the action Created for the first report of an id and Updated for the next' {
            $first = Get-SampleReport | Send-PeriscopeDeployment -WarningAction SilentlyContinue
            $second = Get-SampleReport | Send-PeriscopeDeployment -WarningAction SilentlyContinue
            $first.Action | Should -Be 'Created'
            $second.Action | Should -Be 'Updated'
            $second.RecordId | Should -Be $first.RecordId
        }

        It 'are written in the order of the reports, even if a later one is answered first' {
            Add-SandboxFault -Kind Unavailable503RetryAfter -With @{ service = 'Periscope'; times = 1; skip = 1; retryAfterSeconds = 1 }
            $receipts = Get-SampleReport -Count 6 | Send-PeriscopeDeployment -WarningAction SilentlyContinue
            $receipts.DeploymentId | Should -Be (1..6).ForEach({ "ci-$_" })
            ($receipts.Attempts | Measure-Object -Sum).Sum | Should -Be 7
            (Invoke-SandboxControl -Path 'requests').retriedTooEarly | Should -Be 0
        }
    }

    Context 'order' {
        It 'sends the reports of one id one after another' {
            $states = @(
                Get-SampleReport -With @{ DeploymentId = 'ci-life'; Status = 'pending'; CompletedAt = $null }
                Get-SampleReport -With @{ DeploymentId = 'ci-life'; Status = 'in_progress'; CompletedAt = $null }
                Get-SampleReport -With @{ DeploymentId = 'ci-life' }
            )
            # Other reports before and between them, so that several are sent concurrently.
            $receipts = @(Get-SampleReport -Count 4) + $states + @(Get-SampleReport -Count 4) | Send-PeriscopeDeployment -WarningAction SilentlyContinue
            ($receipts | Where-Object DeploymentId -EQ 'ci-life').Action | Should -Be 'Created', 'Updated', 'Updated'
            (Get-SandboxReport | Where-Object deploymentId -EQ 'ci-life').statuses | Should -Be 'pending', 'in_progress', 'success'
        }

        It 'never changes a finished deployment to an unfinished status' {
            $done = Get-SampleReport
            $late = Get-SampleReport -With @{ Status = 'in_progress'; CompletedAt = $null }
            $run = Invoke-Recorded { $done, $late | Send-PeriscopeDeployment }
            $run.Output.Count | Should -Be 1
            $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PeriscopeStatusOutOfOrder,*'
            (Get-SandboxReport).statuses | Should -Be @('success')
        }
    }

    Context '-WhatIf' {
        It 'sends nothing' {
            Get-SampleReport -Count 3 | Send-PeriscopeDeployment -WhatIf | Should -BeNullOrEmpty
            Get-SandboxRequest -Service Periscope | Should -BeNullOrEmpty
        }

        It 'sends nothing for a Pxxl deployment' {
            Get-PxxlDeployment -First 5 | Send-PeriscopeDeployment -WhatIf -WarningAction SilentlyContinue | Should -BeNullOrEmpty
            Get-SandboxRequest -Service Periscope | Should -BeNullOrEmpty
        }

        It 'requires no key' {
            Clear-SandboxKey
            $run = Invoke-Recorded { Get-SampleReport | Send-PeriscopeDeployment -WhatIf }
            $run.Errors | Should -BeNullOrEmpty
            Get-SandboxRequest -Service Periscope | Should -BeNullOrEmpty
        }

        It 'still validates reports' {
            $run = Invoke-Recorded { Get-SampleReport -With @{ CommitSha = 'main' } | Send-PeriscopeDeployment -WhatIf }
            $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PeriscopeInvalidReport,*'
        }
    }

    Context 'a wrong key' {
        It 'causes one call, ends the pipeline and sends no other report' {
            $env:PERISCOPE_API_KEY = 'psk_live_wrong'
            $run = Invoke-Recorded { Get-SampleReport -Count 20 | Send-PeriscopeDeployment }
            $run.HasEnded | Should -BeTrue
            $run.Output | Should -BeNullOrEmpty
            @($run.Errors).Count | Should -Be 1
            $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'PeriscopeUnauthorized,*'
            $run.Errors[0].CategoryInfo.Category | Should -Be 'AuthenticationError'
            @(Get-SandboxRequest -Service Periscope).Count | Should -Be 1
        }
    }

    Context 'a rejection' {
        It 'by Periscope for the organization (403) is an error for that report, and the others are sent' {
            $reports = @(Get-SampleReport -With @{ DeploymentId = 'ci-foreign'; OrganizationSlug = 'another-org' }) + @(Get-SampleReport -Count 3)
            $run = Invoke-Recorded { $reports | Send-PeriscopeDeployment }
            $run.Output.Count | Should -Be 3
            $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PeriscopeForbidden,*'
            $run.Errors[0].TargetObject.DeploymentId | Should -Be 'ci-foreign'
            $run.HasEnded | Should -BeFalse
        }

        It 'of one invalid report among a thousand causes one error with that report, and 999 receipts' {
            $reports = @(Get-SampleReport -Count 1000)
            $reports[499] = Get-SampleReport -With @{ DeploymentId = 'ci-500'; CommitSha = 'not-a-commit' }
            $run = Invoke-Recorded { $reports | Send-PeriscopeDeployment -ThrottleLimit 16 }
            $run.Output.Count | Should -Be 999
            @($run.Errors).Count | Should -Be 1
            $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'PeriscopeInvalidReport,*'
            [object]::ReferenceEquals($run.Errors[0].TargetObject, $reports[499]) | Should -BeTrue
            @(Get-SandboxReport).Count | Should -Be 999
        }

        It 'before any call lists all reasons' {
            $bad = New-PeriscopeDeployment -DeploymentId '' -CommitSha 'xyz' -Environment '' -Status 'done'
            $run = Invoke-Recorded { $bad | Send-PeriscopeDeployment }
            foreach ($field in 'deploymentId', 'commitSha', 'environment', 'status', 'startedAt') {
                $run.Errors[0].Exception.Message | Should -Match $field
            }
            Get-SandboxRequest | Should -BeNullOrEmpty
        }
    }

    Context 'a response that is not from Periscope' {
        It 'is not a receipt: <Kind>' -ForEach @(
            @{ Kind = 'HtmlOk' }
            @{ Kind = 'EmptyOk' }
            @{ Kind = 'MalformedJson' }
            @{ Kind = 'UnknownEnvelope' }
        ) {
            Add-SandboxFault -Kind $Kind -With @{ service = 'Periscope'; times = 1 }
            $run = Invoke-Recorded { Get-SampleReport -Count 2 | Send-PeriscopeDeployment }
            $run.Output.DeploymentId | Should -Be 'ci-2'
            $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PeriscopeInvalidResponse,*'
            $run.Errors[0].TargetObject.DeploymentId | Should -Be 'ci-1'
        }

        It 'is not a receipt if the service fails: <Kind>' -ForEach @(
            @{ Kind = 'ServerError500'; Id = 'PeriscopeServerError' }
            @{ Kind = 'BadGateway502'; Id = 'PeriscopeServerError' }
            @{ Kind = 'TooManyRequestsBare'; Id = 'PeriscopeRateLimited' }
            @{ Kind = 'ResetBeforeResponse'; Id = 'PeriscopeUnreachable' }
        ) {
            $connection = Connect-Periscope -MaximumRetryCount 0
            Add-SandboxFault -Kind $Kind -With @{ service = 'Periscope' }
            $run = Invoke-Recorded { Get-SampleReport | Send-PeriscopeDeployment -Connection $connection }
            $run.Output | Should -BeNullOrEmpty
            $run.Errors.FullyQualifiedErrorId | Should -BeLike "$Id,*"
            @(Get-SandboxRequest -Service Periscope).Count | Should -Be 1
        }

        It 'that is lost after the report was stored is recovered by a retry' {
            Add-SandboxFault -Kind ResetAfterStored -With @{ service = 'Periscope'; times = 1 }
            $receipt = Get-SampleReport | Send-PeriscopeDeployment -WarningAction SilentlyContinue
            $receipt.Action | Should -Be 'Updated'
            $receipt.Attempts | Should -Be 2
        }
    }

    Context 'parameters' {
        It 'accepts reports by position and from the pipeline' {
            Send-PeriscopeDeployment (Get-SampleReport -Count 2) -WarningAction SilentlyContinue | Should -HaveCount 2
        }

        It 'uses the organization of the connection for reports without one' {
            $null = Connect-Periscope -OrganizationSlug 'sandbox-org'
            $null = Get-SampleReport | Send-PeriscopeDeployment -WarningAction SilentlyContinue
            (Get-SandboxReport).payload.organizationSlug | Should -Be 'sandbox-org'
        }

        It 'maps environments and services' {
            $deployment = Get-PxxlDeployment -Status Success | Where-Object { $_.CommitSha -match '^[0-9a-f]{40}$' -and $_.Environment -eq 'staging' -and $_.ProjectName } | Select-Object -First 1
            $receipt = $deployment | Send-PeriscopeDeployment -EnvironmentMap @{ Staging = 'test' } -ServiceMap @{ $deployment.ProjectName = 'shop/one' }
            $receipt.Environment | Should -Be 'test'
            (Get-SandboxReport).payload.service | Should -Be 'shop/one'
        }

        It 'rejects a throttle limit of <_>' -ForEach 0, 65 {
            { Get-SampleReport | Send-PeriscopeDeployment -ThrottleLimit $_ } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
        }
    }
}
