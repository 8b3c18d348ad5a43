BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    $script:sandbox = Open-Sandbox -Deployments 120

    function Add-LogLine {
        # Writes to the log of a deployment, with the current time of the sandbox.
        param([string[]] $Text, [hashtable] $With = @{ phase = 'build' })
        foreach ($line in $Text) {
            $null = Invoke-SandboxControl -Path 'logs' -Method Post -Body (@{ deploymentId = 'dep_log'; text = $line } + $With)
        }
    }
}

AfterAll { Close-Sandbox }

Describe 'Get-PxxlDeploymentLog' {
    BeforeAll {
        Reset-Sandbox
        Add-SandboxDeployment @{ id = 'dep_log'; status = 'failed'; branch = 'main'; createdAt = [datetimeoffset]::UtcNow.AddHours(-1).ToString('o') }
    }

    BeforeEach { Reset-Sandbox }

    It 'returns the build log, with time and phase, by <By>' -ForEach @(
        @{ By = 'id'; Call = { Get-PxxlDeploymentLog $script:id } }
        @{ By = 'id from the pipeline'; Call = { $script:id | Get-PxxlDeploymentLog } }
        @{ By = 'deployment'; Call = { Get-PxxlDeployment $script:id | Get-PxxlDeploymentLog } }
        @{ By = '-DeploymentId'; Call = { Get-PxxlDeploymentLog -DeploymentId $script:id -Source Build } }
    ) {
        $script:id = (Get-PxxlDeployment -Status Success | Where-Object Branch | Select-Object -First 1).Id
        $lines = & $Call
        $lines | Should -BeOfType PxxlPeriscope.LogLine
        $lines.Count | Should -Be 9
        $lines[2].Phase | Should -Be 'install'
        $lines[2].Text | Should -Be 'npm warn deprecated glob@7.2.3: no longer supported'
        $lines.Time.Offset | Select-Object -Unique | Should -Be ([timespan]::Zero)
        $lines.DeploymentId | Select-Object -Unique | Should -Be $script:id
    }

    It 'returns the output of the running release with -Source Runtime' {
        $lines = Get-PxxlDeployment -Status Success -First 1 | Get-PxxlDeploymentLog -Source Runtime -Tail 20
        $lines.Count | Should -Be 20
        $lines.Level | Should -Contain 'warning'
        $lines[0].Source | Should -Be 'Runtime'
    }

    It 'returns the log of a project, by name and from the pipeline' {
        $lines = Get-PxxlDeploymentLog -ProjectId checkout-api -Tail 5
        $lines.Count | Should -Be 5
        $lines[0].ProjectId | Should -Be (Get-PxxlProject -Name checkout-api).Id
        (Get-PxxlProject -Name checkout-api | Get-PxxlDeploymentLog -Tail 3).Count | Should -Be 3
        (Get-SandboxRequest -Path '*/logs').query | Should -Be '?lines=5', '?lines=3'
    }

    It '-Since accepts a period' {
        $lines = Get-PxxlDeploymentLog -ProjectId checkout-api -Since 15m
        $lines.Count | Should -BeGreaterThan 40
        $lines.Count | Should -BeLessThan 47
        (Get-SandboxRequest -Path '*/logs').query | Should -Match 'since=1[56]m'
    }

    It 'understands <Form> in <List>, spelled <Spelling>' -ForEach @(
        @{ Form = 'Objects'; List = 'DataNoun'; Spelling = 'Snake' }
        @{ Form = 'Strings'; List = 'Array'; Spelling = 'Official' }
        @{ Form = 'Text'; List = 'Data'; Spelling = 'Official' }
        @{ Form = 'Text'; List = 'Noun'; Spelling = 'Alternative' }
    ) {
        Add-LogLine 'first', 'second'
        Edit-SandboxShape @{ logs = $Form; listEnvelope = $List; spelling = $Spelling }
        (Get-PxxlDeploymentLog dep_log).Text | Should -Be 'first', 'second'
    }

    It 'removes escape sequences and control characters, unless -Raw' {
        $escape = [char] 27
        Add-LogLine "$escape[31mred$escape[0m`ttab$escape]0;title$([char] 7)!"
        (Get-PxxlDeploymentLog dep_log).Text | Should -Be 'red     tab!'
        (Get-PxxlDeploymentLog dep_log -Raw).Text | Should -Be "$escape[31mred$escape[0m`ttab$escape]0;title$([char] 7)!"
        Get-PxxlDeploymentLog dep_log | Out-String | Should -Not -Match $escape
    }

    It 'does not show a key that a program has printed' {
        Add-LogLine "PXXL_API_KEY=$($script:sandbox.PxxlKey)"
        (Get-PxxlDeploymentLog dep_log).Text | Should -Be 'PXXL_API_KEY=***'
        (Get-PxxlDeploymentLog dep_log -Raw).Text | Should -Be 'PXXL_API_KEY=***'
    }

    It 'follows a finished build to its end, and returns identical lines as often as they were written' {
        Add-LogLine 'same', 'same', 'same', 'end'
        (Get-PxxlDeploymentLog dep_log -Follow).Text | Should -Be 'same', 'same', 'same', 'end'
        @(Get-SandboxRequest -Path '*/build-logs').Count | Should -Be 2
    }

    It 'returns new lines once, even if the first ones are no longer in the window' {
        Edit-SandboxShape @{ logWindowLines = 4 }
        Add-LogLine 'one', 'two', 'two'
        $written = $false
        # Each line is written after the one before it was read, so the order does not depend on a clock.
        $lines = Get-PxxlDeploymentLog dep_log -Follow | ForEach-Object -Process {
            $_.Text
            if ($_.Text -eq 'two' -and -not $written) {
                $written = $true
                Add-LogLine 'two', 'three'
            }
        }
        $lines | Should -Be 'one', 'two', 'two', 'two', 'three'
    }

    It 'ends with -TimeoutSec, without an error' {
        $run = Invoke-Recorded { Get-PxxlDeploymentLog -ProjectId checkout-api -Follow -Tail 2 -TimeoutSec 1 }
        $run.Errors | Should -BeNullOrEmpty
        $run.Output.Count | Should -BeLessOrEqual 3
        (Get-SandboxRequest -Path '*/live-logs')[0].query | Should -Be '?tail=300'
    }

    It 'stops when the pipeline stops' {
        (Get-PxxlDeploymentLog -ProjectId checkout-api -Follow | Select-Object -First 3).Count | Should -Be 3
        @(Get-SandboxRequest -Path '*/live-logs').Count | Should -Be 1
    }

    It 'rejects an interval that would be a tight loop' {
        { Get-PxxlDeploymentLog dep_log -Follow -PollIntervalSec 1 } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
    }

    It 'continues after a deployment that does not exist' {
        Add-LogLine 'there'
        $run = Invoke-Recorded { 'dep_missing', 'dep_log' | Get-PxxlDeploymentLog }
        $run.Output.Text | Should -Be 'there'
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlNotFound,*'
        $run.Errors[0].TargetObject | Should -Be 'dep_missing'
    }
}
