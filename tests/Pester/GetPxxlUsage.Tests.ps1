BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    $script:sandbox = Open-Sandbox -Deployments 200
}

AfterAll { Close-Sandbox }

Describe 'Get-PxxlUsage' {
    BeforeEach { Reset-Sandbox }

    It 'returns storage, build time and counts, with units in the property names' {
        $usage = Get-PxxlUsage
        $usage | Should -BeOfType PxxlPeriscope.Usage
        foreach ($name in 'ArtifactBytes', 'ArtifactLimitBytes', 'ArtifactPercent', 'BuildSeconds', 'MonthlyBuildSeconds', 'TotalProjects', 'TotalDeployments') {
            $usage.$name | Should -BeGreaterThan 0
        }
        $usage.TotalDeployments | Should -Be 200
        $usage.ArtifactPercent | Should -Be (100 * $usage.ArtifactBytes / $usage.ArtifactLimitBytes)
        $usage.MonthlyBuildMinutes | Should -Be ($usage.MonthlyBuildSeconds / 60)
    }

    It 'makes one request' {
        $null = Get-PxxlUsage
        @(Get-SandboxRequest).path | Should -Be '/api/v3/cli/usage'
    }

    It 'returns a row for each project' {
        $rows = (Get-PxxlUsage).Projects
        $rows.Count | Should -Be 6
        ($rows.DeploymentCount | Measure-Object -Sum).Sum | Should -Be 200
        $rows.ProjectId | Sort-Object | Should -Be ((Get-PxxlProject).Id | Sort-Object)
    }

    It 'leaves properties empty that the service omits, never 0' {
        (Get-PxxlUsage).TotalDatabases | Should -Be $null
        @((Get-PxxlUsage).Projects | Where-Object { $null -eq $_.BuildSeconds }).Count | Should -BeGreaterThan 0
    }

    It 'reads numbers that are sent as strings' {
        $plain = Get-PxxlUsage
        Edit-SandboxShape @{ numbersAsStrings = $true }
        (Get-PxxlUsage).ArtifactBytes | Should -Be $plain.ArtifactBytes
    }

    It 'is an error if the response is <Kind>' -ForEach @(
        @{ Kind = 'HtmlOk' }
        @{ Kind = 'EmptyOk' }
        @{ Kind = 'UnknownEnvelope' }
        @{ Kind = 'TruncatedJson' }
    ) {
        $connection = Connect-Pxxl -MaximumRetryCount 0
        Add-SandboxFault -Kind $Kind -With @{ pathContains = 'usage' }
        $run = Invoke-Recorded { Get-PxxlUsage -Connection $connection }
        $run.Output | Should -BeNullOrEmpty
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlInvalidResponse,*'
    }
}
