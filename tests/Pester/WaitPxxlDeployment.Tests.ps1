BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    $script:sandbox = Open-Sandbox -Deployments 60
    # The three newest deployments are in progress: one queued, one building (its release will fail), and one being released.
    $script:queued, $script:failing, $script:releasing = @(Invoke-SandboxControl -Path 'deployments')[0..2]

    $created = @{ createdAt = [datetimeoffset]::UtcNow.AddHours(-1).ToString('o') }
    Add-SandboxDeployment ($created + @{ id = 'dep_live'; status = 'deployed'; buildStatus = 'completed' })
    Add-SandboxDeployment ($created + @{ id = 'dep_release'; status = 'failed'; buildStatus = 'completed'; errorMessage = 'publish: promotion of the proxy route failed' })
    Add-SandboxDeployment ($created + @{ id = 'dep_build'; status = 'failed'; buildStatus = 'failed' })
    Add-SandboxDeployment ($created + @{ id = 'dep_stuck'; status = 'building'; buildStatus = 'building' })
    foreach ($word in 'cancelled', 'rolled_back') {
        Add-SandboxDeployment ($created + @{ id = "dep_$word"; status = $word })
    }
}

AfterAll { Close-Sandbox }

Describe 'Wait-PxxlDeployment' {
    BeforeEach { Reset-Sandbox }

    It 'waits until all have finished, and reports a failed release after a successful build' {
        $run = Invoke-Alongside -Script "Wait-PxxlDeployment $($script:queued), $($script:failing), $($script:releasing)" -Until {
            @(Get-SandboxRequest | Where-Object status).Count -ge 3
        } -Do { Step-SandboxClock -Seconds 900 }
        $run.HasEnded | Should -BeTrue
        $run.Output | Should -BeOfType PxxlPeriscope.Deployment
        $run.Output.Id | Should -Be $script:queued, $script:failing, $script:releasing
        $run.Output.Status | Should -Be 'Success', 'Failed', 'Success'
        $run.Output[1].FailedPhase | Should -Be 'Release'
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlDeploymentFailed,*'
        $run.Errors[0].TargetObject.Id | Should -Be $script:failing
        "$($run.Errors[0])" |
            Should -Match 'failed during the release; the build succeeded, and the previous release is still live\. The log ends with: .+'
        $run.Warnings | Should -BeNullOrEmpty
    }

    It 'accepts deployments by <By>' -ForEach @(
        @{ By = 'id'; Call = { Wait-PxxlDeployment dep_live } }
        @{ By = 'id from the pipeline'; Call = { 'dep_live', 'dep_live' | Wait-PxxlDeployment } }
        @{ By = 'object from the pipeline'; Call = { Get-PxxlDeployment dep_live | Wait-PxxlDeployment } }
        @{ By = 'its parameter'; Call = { Wait-PxxlDeployment -DeploymentId dep_live -TimeoutSec 5 } }
    ) {
        $deployment = & $Call
        $deployment | Should -BeOfType PxxlPeriscope.Deployment
        $deployment.Id | Should -Be 'dep_live'
        @(Get-SandboxRequest).Count | Should -BeLessOrEqual 2
    }

    It 'shows the reason that Pxxl provides' {
        Edit-SandboxShape @{ spelling = 'Alternative' }
        $run = Invoke-Recorded { Wait-PxxlDeployment dep_release }
        "$($run.Errors[0])" |
            Should -Match 'The deployment dep_release failed during the release; .* publish: promotion of the proxy route failed'
        @(Get-SandboxRequest).Count | Should -Be 1
    }

    It 'reports that <Id> <Text>' -ForEach @(
        @{ Id = 'dep_build'; Text = 'failed during the build' }
        @{ Id = 'dep_cancelled'; Text = 'was stopped' }
        @{ Id = 'dep_rolled_back'; Text = 'was rolled back' }
    ) {
        $run = Invoke-Recorded { Wait-PxxlDeployment $Id }
        $run.Output.Id | Should -Be $Id
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlDeploymentFailed,*'
        "$($run.Errors[0])" | Should -Match $Text
        $run.HasEnded | Should -BeFalse
    }

    It 'ends a script with -ErrorAction Stop after writing the deployment' {
        $run = Invoke-Recorded { 'dep_live', 'dep_release', 'dep_build' | Wait-PxxlDeployment -ErrorAction Stop }
        $run.Output.Id | Should -Be 'dep_live', 'dep_release'
        $run.HasEnded | Should -BeTrue
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlDeploymentFailed,*'
    }

    It 'reports the current status when the time limit is reached' {
        $run = Invoke-Recorded { Wait-PxxlDeployment dep_stuck, dep_live -TimeoutSec 1 }
        $run.Output.Id | Should -Be 'dep_live', 'dep_stuck'
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlDeploymentTimeout,*'
        $run.Errors.CategoryInfo.Category | Should -Be 'OperationTimeout'
        "$($run.Errors[0])" | Should -Match "is 'building' with build status 'building' after 1 second\b"
    }

    It 'continues after a deployment that does not exist' {
        $run = Invoke-Recorded { 'dep_missing', 'dep_live' | Wait-PxxlDeployment }
        $run.Output.Id | Should -Be 'dep_live'
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlNotFound,*'
        $run.Errors[0].TargetObject | Should -Be 'dep_missing'
    }

    It 'ends immediately with a wrong key' {
        $env:PXXL_API_KEY = 'pxxl_wrong'
        $run = Invoke-Recorded { Wait-PxxlDeployment dep_stuck, dep_live }
        $run.HasEnded | Should -BeTrue
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlUnauthorized,*'
        @(Get-SandboxRequest).Count | Should -Be 1
    }

    It 'requests -HealthUri through the proxy of the connection' {
        # The sandbox is not a proxy, but it responds to every request: the requested host shows that it was used as one.
        $connection = Connect-Pxxl -Proxy $script:sandbox.Root
        (Wait-PxxlDeployment dep_live -Connection $connection -HealthUri 'http://shop.invalid/_sandbox/clock').Id | Should -Be 'dep_live'
    }

    It 'waits with -HealthUri until the address responds, without sending a key' {
        (Wait-PxxlDeployment dep_live -HealthUri "$($script:sandbox.Root)/_sandbox/clock").Id | Should -Be 'dep_live'
        $run = Invoke-Recorded { Wait-PxxlDeployment dep_live -HealthUri "$($script:sandbox.PxxlUri)cli/whoami?token=secret" -TimeoutSec 1 }
        $run.Output.Id | Should -Be 'dep_live'
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlDeploymentTimeout,*'
        "$($run.Errors[0])" | Should -Match 'is live, but http://127\.0\.0\.1:\d+/api/v3/cli/whoami responds with 401 after'
        @(Get-SandboxRequest -Path '*/whoami').hasAuthorization | Should -Not -Contain $true
    }

    It 'rejects <_> before any request' -ForEach 'ftp://shop.example/', 'shop.example/health' {
        $run = Invoke-Recorded { Wait-PxxlDeployment dep_live -HealthUri $_ }
        $run.HasEnded | Should -BeTrue
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlInvalidRequest,*'
        Get-SandboxRequest | Should -BeNullOrEmpty
    }

    It 'accepts an empty pipeline' {
        $run = Invoke-Recorded { @() | Wait-PxxlDeployment }
        $run.Output | Should -BeNullOrEmpty
        $run.Errors | Should -BeNullOrEmpty
    }
}
