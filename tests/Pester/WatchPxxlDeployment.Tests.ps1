BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    $script:sandbox = Open-Sandbox -Deployments 60
    # The three newest deployments are in progress: one queued, one building (its release will fail), and one being released.
    $script:newest = @(Invoke-SandboxControl -Path 'deployments')[0..2]
    $script:looked = { @(Get-SandboxRequest -Path '*/deployments' | Where-Object status).Count -ge 1 }

    function Get-SandboxTime {
        [datetimeoffset] (Invoke-SandboxControl -Path 'clock').utcNow
    }
}

AfterAll { Close-Sandbox }

Describe 'Watch-PxxlDeployment' {
    BeforeEach { Reset-Sandbox }

    # Must run first, because it starts with the three deployments that are in progress.
    It 'returns existing deployments with -Since, then their changes, and ends with -Until Terminal' {
        $run = Invoke-Alongside -Script 'Watch-PxxlDeployment -Since 10m -Until Terminal' -Until $script:looked -Do { Step-SandboxClock -Seconds 900 }
        $run.HasEnded | Should -BeTrue
        $run.Errors | Should -BeNullOrEmpty
        $run.Output | Should -BeOfType PxxlPeriscope.DeploymentChange
        # Oldest first.
        $run.Output.Deployment.Id[0..2] | Should -Be $script:newest[2, 1, 0]
        $run.Output[0..2].Previous | Should -Be $null, $null, $null
        $run.Output[0..2].Current | Should -Be 'InProgress', 'InProgress', 'Queued'
        $last = $run.Output[3..5] | Sort-Object -Property { [array]::IndexOf($script:newest, $_.Deployment.Id) }
        $last.Previous | Should -Be 'Queued', 'InProgress', 'InProgress'
        $last.Current | Should -Be 'Success', 'Failed', 'Success'
        $last[1].Deployment.FailedPhase | Should -Be 'Release'
        $run.Output.Count | Should -Be 6
        $run.Output.At.Offset | Select-Object -Unique | Should -Be ([timespan]::Zero)
    }

    It 'returns only new changes by default, warns once about an outage, and stops with the pipeline' {
        $script = 'Watch-PxxlDeployment -Connection (Connect-Pxxl -MaximumRetryCount 0) | Select-Object -First 1'
        $run = Invoke-Alongside -Script $script -Until $script:looked -Do {
            Add-SandboxFault -Kind Unavailable503 -With @{ times = 1 }
            Add-SandboxDeployment @{ id = 'dep_new'; status = 'queued'; projectName = 'checkout-api'; createdAt = (Get-SandboxTime).ToString('o') }
        }
        $run.HasEnded | Should -BeTrue
        $run.Output.Deployment.Id | Should -Be 'dep_new'
        $run.Output.Previous | Should -BeNullOrEmpty
        @($run.Warnings).Count | Should -Be 1
        $run.Warnings | Should -Match 'Watching continues'
        $run.Errors | Should -BeNullOrEmpty
        # Leaves no deployment in progress for the following tests.
        Add-SandboxDeployment @{ id = 'dep_new'; status = 'deployed'; projectName = 'checkout-api'; createdAt = (Get-SandboxTime).ToString('o') }
    }

    It 'ends immediately with -Until Terminal if no deployment is in progress' {
        Watch-PxxlDeployment -Until Terminal | Should -BeNullOrEmpty
        @(Get-SandboxRequest).Count | Should -Be 1
    }

    It 'ends with -TimeoutSec, without an error' {
        $run = Invoke-Recorded { Watch-PxxlDeployment -TimeoutSec 1 }
        $run.Output | Should -BeNullOrEmpty
        $run.Errors | Should -BeNullOrEmpty
    }

    It 'watches <By> with one request per poll' -ForEach @(
        @{ By = 'a project by name'; Call = { Watch-PxxlDeployment checkout-api -Since 90d -Until Terminal }; Names = @('checkout-api') }
        @{ By = 'several'; Call = { Watch-PxxlDeployment -ProjectId checkout-api, storefront-web -Since 90d -Until Terminal }; Names = 'checkout-api', 'storefront-web' }
        @{ By = 'projects from the pipeline'; Call = { Get-PxxlProject | Where-Object Name -EQ 'checkout-api' | Watch-PxxlDeployment -Since 90d -Until Terminal }; Names = @('checkout-api') }
    ) {
        $projects = @(Get-PxxlProject | Where-Object Name -In $Names)
        $projects.Count | Should -Be $Names.Count
        Reset-Sandbox
        (& $Call).Deployment.ProjectId | Sort-Object -Unique | Should -Be ($projects.Id | Sort-Object)
        @(Get-SandboxRequest -Path '*/deployments').Count | Should -Be 1
    }

    It 'reports which project does not exist, and watches the others' {
        $run = Invoke-Recorded { Watch-PxxlDeployment -ProjectId missing, checkout-api -Since 90d -Until Terminal }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlNotFound,*'
        $run.Errors[0].TargetObject | Should -Be 'missing'
        $run.Output.Deployment.ProjectId | Select-Object -Unique | Should -HaveCount 1
    }

    It 'does not watch all projects if none of the specified ones exists' {
        $run = Invoke-Recorded { Watch-PxxlDeployment -ProjectId missing }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlNotFound,*'
        $run.Output | Should -BeNullOrEmpty
        Get-SandboxRequest -Path '*/deployments' | Should -BeNullOrEmpty
    }

    It 'ends with a wrong key' {
        $env:PXXL_API_KEY = 'pxxl_wrong'
        $run = Invoke-Recorded { Watch-PxxlDeployment }
        $run.HasEnded | Should -BeTrue
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlUnauthorized,*'
    }

    It 'can be sent to a chat' {
        $changes = @(Watch-PxxlDeployment -Since 3d -Until Terminal)
        $changes.Count | Should -BeGreaterThan 2
        $chat = "$($script:sandbox.Root)/chat/services/x"
        @(Watch-PxxlDeployment -Since 3d -Until Terminal | Send-PxxlNotification -Uri $chat -As Slack -PassThru).Count |
            Should -Be $changes.Count
        @(Invoke-SandboxControl -Path 'notifications').Count | Should -Be $changes.Count
    }
}
