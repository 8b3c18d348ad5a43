BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    $script:sandbox = Open-Sandbox -Deployments 200
    $script:usage = Get-PxxlUsage
    # Figures that do not depend on the seed.
    $script:sample = [PxxlPeriscope.Usage]@{ TotalDeployments = 450; MonthlyBuildSeconds = 3200 * 60; ArtifactBytes = 45GB; ArtifactLimitBytes = 50GB; TotalProjects = 6 }
}

AfterAll { Close-Sandbox }

Describe 'Test-PxxlBudget' {
    It 'writes one object per limit that is reached or nearly reached, and nothing for the others' {
        $run = Invoke-Recorded { $script:sample | Test-PxxlBudget -ArtifactStorage 80% -BuildMinutes 4000 -Deployments 900 -WarnAt 75% }
        $run.Errors | Should -BeNullOrEmpty
        $run.Warnings | Should -BeNullOrEmpty
        $run.Output | Should -BeOfType PxxlPeriscope.BudgetFinding
        $run.Output.Metric | Should -Be 'ArtifactStorage', 'BuildMinutes'
        $run.Output.Severity | Should -Be 'Reached', 'Near'
        $run.Output.Used | Should -Be 48318382080, 3200
        $run.Output.Limit | Should -Be 42949672960, 4000
        $run.Output.Percent | Should -Be 112.5, 80
    }

    It 'writes nothing if all budgets are met' {
        $run = Invoke-Recorded { $script:sample | Test-PxxlBudget -ArtifactStorage 99% -BuildMinutes 40000 -Deployments 5000 -WarnAt 95% }
        $run.Output | Should -BeNullOrEmpty
        $run.Warnings | Should -BeNullOrEmpty
        $run.Errors | Should -BeNullOrEmpty
    }

    It 'accepts the output of Get-PxxlUsage without a request' {
        Reset-Sandbox
        $found = Get-PxxlUsage | Test-PxxlBudget -Deployments 200
        $found.Severity | Should -Be 'Reached'
        @(Get-SandboxRequest).Count | Should -Be 1
    }

    It 'writes an object for every limit with -PassThru' {
        $found = $script:sample | Test-PxxlBudget -ArtifactStorage 1TB -BuildMinutes 10000 -Deployments 5000 -Projects 100 -PassThru
        $found.Metric | Should -Be 'ArtifactStorage', 'BuildMinutes', 'Deployments', 'Projects'
        $found.Severity | Select-Object -Unique | Should -Be 'Ok'
    }

    It 'warns from 80 % without -WarnAt' {
        ($script:sample | Test-PxxlBudget -BuildMinutes 4000).Severity | Should -Be 'Near'
        $script:sample | Test-PxxlBudget -BuildMinutes 4001 | Should -BeNullOrEmpty
    }

    It 'accepts -ArtifactStorage <Text> as typed at the prompt' -ForEach @(
        @{ Text = '80%'; Limit = 40GB }
        @{ Text = '80.5%'; Limit = 40.25GB }
        @{ Text = '1.5GB'; Limit = 1.5GB }
        @{ Text = "'1.5 GB'"; Limit = 1.5GB }
        @{ Text = '"500 MiB"'; Limit = 500MB }
        @{ Text = '1048576'; Limit = 1MB }
    ) {
        $found = & ([scriptblock]::Create("`$script:sample | Test-PxxlBudget -ArtifactStorage $Text -PassThru"))
        $found.Limit | Should -Be $Limit
        $found.Unit | Should -Be 'bytes'
    }

    It 'accepts -WarnAt <_>' -ForEach '75%', '75', "'75 %'", '75.0' {
        (& ([scriptblock]::Create("`$script:sample | Test-PxxlBudget -Deployments 600 -WarnAt $_"))).WarnAtPercent | Should -Be 75
    }

    It 'rejects <Call> and explains what to specify' -ForEach @(
        @{ Call = '-BuildMinutes 80%'; Says = 'returns no limit for build minutes. Specify a number' }
        @{ Call = '-Deployments 80%'; Says = 'returns no limit for deployments. Specify a number' }
        @{ Call = '-ArtifactStorage 0.8'; Says = 'could mean 80 %' }
        @{ Call = '-ArtifactStorage 1,5GB'; Says = 'a comma creates a list' }
        @{ Call = '-ArtifactStorage 120%'; Says = 'between 1% and 100%' }
        @{ Call = '-ArtifactStorage $true'; Says = 'Boolean is not a valid budget' }
        @{ Call = '-ArtifactStorage $null'; Says = 'null is not a valid budget' }
        @{ Call = '-BuildMinutes "40 GB"'; Says = 'Specify a number such as 4000' }
        @{ Call = '-BuildMinutes many'; Says = 'Specify a number such as 4000' }
        @{ Call = '-BuildMinutes 0'; Says = 'is out of range' }
        @{ Call = '-BuildMinutes 100 -WarnAt 0.75'; Says = 'such as 75%' }
    ) {
        { & ([scriptblock]::Create("`$script:sample | Test-PxxlBudget $Call")) } |
            Should -Throw -ErrorId 'ParameterArgumentTransformationError,*' -ExpectedMessage "*$Says*"
    }

    It 'is an error without a budget' {
        $run = Invoke-Recorded { $script:sample | Test-PxxlBudget -WarnAt 75% }
        $run.HasEnded | Should -BeTrue
        $run.Errors.FullyQualifiedErrorId | Should -Be 'PxxlNoBudget,PxxlPeriscope.PowerShell.Commands.TestPxxlBudget'
        $run.Errors[0].ErrorDetails.RecommendedAction | Should -Match '-ArtifactStorage 80%'
    }

    It 'warns about <Call>, which cannot be checked' -ForEach @(
        @{ Call = { $script:usage | Test-PxxlBudget -Databases 3 -Deployments 9999 }; Metric = 'Databases'; Reason = 'no value for databases' }
        @{ Call = { [PxxlPeriscope.Usage]@{ TeamId = 'team_1'; ArtifactBytes = 1GB } | Test-PxxlBudget -ArtifactStorage 80% }; Metric = 'ArtifactStorage'; Reason = 'no limit for artifact storage' }
        @{ Call = { [PxxlPeriscope.Usage]@{ BuildSeconds = 100 } | Test-PxxlBudget -BuildMinutes 100 }; Metric = 'BuildMinutes'; Reason = 'no value for build minutes' }
    ) {
        $run = Invoke-Recorded $Call
        $run.Output.Metric | Should -Be $Metric
        $run.Output.Severity | Should -Be 'Unknown'
        $run.Output.Percent | Should -BeNullOrEmpty
        $run.Output.Reason | Should -Match $Reason
        @($run.Warnings -match $Reason).Count | Should -Be 1
    }

    It 'projects only build minutes to the end of the month, and only after enough of it has passed' {
        $found = $script:sample | Test-PxxlBudget -BuildMinutes 4000 -Deployments 500
        $now = [datetime]::UtcNow
        if (($now.Day - 1) / [datetime]::DaysInMonth($now.Year, $now.Month) -gt 0.1) {
            $found[0].Projected | Should -BeGreaterOrEqual 3200
            [Math]::Round($found[0].ProjectedPercent, 6) | Should -Be ([Math]::Round($found[0].Projected / 40, 6))
            $found[0].WillBeReached | Should -Be ($found[0].Projected -ge 4000)
        }
        $found[1].Projected | Should -BeNullOrEmpty
        $found[1].WillBeReached | Should -BeNullOrEmpty
    }

    It 'has a readable text' {
        "$($script:sample | Test-PxxlBudget -BuildMinutes 4000)" | Should -Be 'build minutes: 3,200 of 4,000 (80 %)'
    }
}
