BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    $script:sandbox = Open-Sandbox -Deployments 60
    $script:project = @(Get-PxxlProject | Where-Object Name -EQ 'checkout-api')[0]

    function Get-Post {
        Get-SandboxRequest -Path '*/redeploy' | Where-Object method -EQ 'POST'
    }
}

AfterAll { Close-Sandbox }

Describe 'Start-PxxlDeployment' {
    BeforeEach { Reset-Sandbox }

    It 'redeploys a project by <By>, and returns the new deployment' -ForEach @(
        @{ By = 'name'; Call = { Start-PxxlDeployment checkout-api } }
        @{ By = 'id'; Call = { Start-PxxlDeployment -ProjectId $script:project.Id } }
        @{ By = 'name from the pipeline'; Call = { 'checkout-api' | Start-PxxlDeployment } }
        @{ By = 'object of Get-PxxlProject'; Call = { $script:project | Start-PxxlDeployment } }
    ) {
        $before = @(Invoke-SandboxControl -Path 'deployments')
        $deployment = & $Call
        $deployment | Should -BeOfType PxxlPeriscope.Deployment
        $deployment.Id | Should -Not -BeIn $before
        $deployment.Id | Should -BeIn @(Invoke-SandboxControl -Path 'deployments')
        $deployment.Status | Should -Be 'Queued'
        $deployment.ProjectName | Should -Be 'checkout-api'
        @(Get-Post).path | Should -Be "/api/v3/cli/projects/$($script:project.Id)/redeploy"
    }

    It 'sends commit and message' {
        $deployment = Start-PxxlDeployment checkout-api -CommitSha 9868bbc0d1 -Message 'Release "2.4"'
        $deployment.CommitSha | Should -Be '9868bbc0d1'
        $deployment.CommitMessage | Should -Be 'Release "2.4"'
    }

    It 'redeploys several projects once each' {
        $projects = @(Get-PxxlProject | Select-Object -First 3)
        ($projects | Start-PxxlDeployment).ProjectId | Should -Be $projects.Id
        @(Get-Post).Count | Should -Be 3
    }

    It 'sends nothing with -WhatIf' {
        Start-PxxlDeployment checkout-api -Wait -WhatIf | Should -BeNullOrEmpty
        Get-SandboxRequest | Should -BeNullOrEmpty
    }

    It 'sends the request once despite <_>, and reports that the deployment may have been started' -ForEach @(
        'ResetAfterStored'
        'Unavailable503'
        'MalformedJson'
    ) {
        Add-SandboxFault -Kind $_ -With @{ method = 'POST' }
        $run = Invoke-Recorded { Start-PxxlDeployment $script:project.Id -Wait }
        $run.Output | Should -BeNullOrEmpty
        @($run.Errors).Count | Should -Be 1
        "$($run.Errors[0])" |
            Should -Match "may have been started nevertheless\. Before retrying, check with Get-PxxlDeployment -ProjectId $($script:project.Id) -First 1"
        @(Get-Post).Count | Should -Be 1
    }

    It 'returns the new deployment even if it cannot be read because of <_>, so that it is not started again' -ForEach @(
        'Unauthorized401'
        'Forbidden403'
    ) {
        Add-SandboxFault -Kind $_ -With @{ method = 'GET' }
        $run = Invoke-Recorded { Start-PxxlDeployment $script:project.Id }
        $run.Output.Id | Should -BeIn @(Invoke-SandboxControl -Path 'deployments')
        $run.Errors | Should -BeNullOrEmpty
        $run.Warnings | Should -BeLike "The deployment $($run.Output.Id) was started, but cannot be read: *"
    }

    It 'returns the started deployments with -Wait if <What> ends the call' -ForEach @(
        @{ What = 'a wrong key'; Fault = @{ method = 'GET'; pathContains = 'cli/deployments/' }; Call = { Start-PxxlDeployment $script:project.Id -Wait } }
        @{ What = 'a project that does not exist'; Fault = $null; Call = { $script:project.Id, 'proj_missing' | Start-PxxlDeployment -Wait -ErrorAction Stop } }
    ) {
        if ($Fault) { Add-SandboxFault -Kind 'Unauthorized401' -With $Fault }
        $run = Invoke-Recorded $Call
        $run.Output.Id | Should -BeIn @(Invoke-SandboxControl -Path 'deployments')
        @($run.Errors).Count | Should -BeGreaterThan 0
        @(Get-Post | Where-Object path -Like "*$($script:project.Id)*").Count | Should -Be 1
    }

    It 'rejects <What> before any request' -ForEach @(
        @{ What = 'an invalid commit SHA'; With = @{ CommitSha = 'main' } }
        @{ What = 'an invalid commit SHA with -WhatIf'; With = @{ CommitSha = 'v2.4.0'; WhatIf = $true } }
        @{ What = 'an invalid health check address'; With = @{ HealthUri = 'shop.example'; Wait = $true } }
    ) {
        $run = Invoke-Recorded { Start-PxxlDeployment checkout-api @With }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlInvalidRequest,*'
        Get-SandboxRequest | Should -BeNullOrEmpty
    }

    It 'continues after a project that does not exist' {
        $run = Invoke-Recorded { 'missing', 'checkout-api' | Start-PxxlDeployment }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlNotFound,*'
        $run.Errors[0].TargetObject | Should -Be 'missing'
        $run.Output.ProjectName | Should -Be 'checkout-api'
    }

    It 'returns the deployment with -Wait when it is live' {
        $run = Invoke-Alongside -Script 'Start-PxxlDeployment checkout-api -Wait' -Until {
            @(Get-SandboxRequest -Path '*/cli/deployments/*' | Where-Object status).Count -ge 2
        } -Do { Step-SandboxClock -Seconds 600 }
        $run.HasEnded | Should -BeTrue
        $run.Errors | Should -BeNullOrEmpty
        $run.Output.Status | Should -Be 'Success'
        @(Get-Post).Count | Should -Be 1
    }

    It 'waits with -TimeoutSec alone, and reports the outcome' {
        $run = Invoke-Recorded { Start-PxxlDeployment checkout-api -TimeoutSec 1 }
        $run.Output.ProjectName | Should -Be 'checkout-api'
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlDeploymentTimeout,*'
    }

    It 'does not wait with -Wait:$false' {
        (Start-PxxlDeployment checkout-api -Wait:$false -TimeoutSec 1).Status | Should -Be 'Queued'
    }
}
