BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    $script:sandbox = Open-Sandbox -Deployments 20
    $script:value = 'envvalue_sandbox_NotARealSecret_91c7'
}

AfterAll { Close-Sandbox }

Describe 'Get-PxxlProjectVariable' {
    BeforeEach { Reset-Sandbox }

    It 'returns names, secrecy and scope, by the <By> of a project' -ForEach @(
        @{ By = 'name'; Call = { Get-PxxlProjectVariable checkout-api } }
        @{ By = 'id'; Call = { Get-PxxlProjectVariable -ProjectId (Get-PxxlProject -Name checkout-api).Id } }
        @{ By = 'object'; Call = { Get-PxxlProject -Name checkout-api | Get-PxxlProjectVariable } }
        @{ By = 'name from the pipeline'; Call = { 'checkout-api' | Get-PxxlProjectVariable } }
    ) {
        $variables = & $Call
        $variables | Should -BeOfType PxxlPeriscope.ProjectVariable
        $variables.Name | Should -Be 'DATABASE_URL', 'PAYMENT_API_KEY', 'LOG_LEVEL', 'REGION'
        $variables.IsSecret | Should -Be $true, $true, $false, $false
        $variables[1].Scope | Should -Be 'production'
        $variables[3].Scope | Should -BeNullOrEmpty
        $variables.ProjectId | Select-Object -Unique | Should -Be (Get-PxxlProject -Name checkout-api).Id
    }

    It 'returns global variables with -Global' {
        $variables = Get-PxxlProjectVariable checkout-api -Global
        $variables.Name | Should -Be 'SHARED_TOKEN'
        $variables.IsGlobal | Should -BeTrue
    }

    It '-Name accepts wildcards' {
        (Get-PxxlProjectVariable checkout-api -Name '*_URL', 'reg*').Name | Should -Be 'DATABASE_URL', 'REGION'
    }

    It 'contains no values, even if the service sends them, in <Spelling>' -ForEach @(
        @{ Spelling = 'Official' }
        @{ Spelling = 'Snake' }
        @{ Spelling = 'Alternative' }
    ) {
        Edit-SandboxShape @{ variableValues = $true; spelling = $Spelling }
        # The raw route shows that the response really contains the values.
        Invoke-PxxlApi "cli/projects/$((Get-PxxlProject -Name checkout-api).Id)/envs" -Raw | Should -Match $script:value
        $run = Invoke-Recorded { Get-PxxlProject | Get-PxxlProjectVariable -Verbose -Debug }
        $run.Output.Count | Should -Be 24
        $run.Errors | Should -BeNullOrEmpty
        $shown = @(
            $run.Output | Format-List -Property * -Force | Out-String -Width 4000
            $run.Output | ConvertTo-Json -Depth 8
            $run.Output | Get-Member -Force | Out-String -Width 4000
            $run.Verbose
        ) -join "`n"
        $shown | Should -Match 'DATABASE_URL'
        $shown | Should -Not -Match $script:value
        $run.Output[0].PSObject.Properties.Name | Should -Not -Contain 'Value'
    }

    It 'continues after a project that does not exist' {
        $run = Invoke-Recorded { 'proj_missing', 'checkout-api' | Get-PxxlProjectVariable }
        $run.Output.Count | Should -Be 4
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlNotFound,*'
        $run.Errors[0].TargetObject | Should -Be 'proj_missing'
    }

    It 'shows a variable that a test adds' {
        $id = (Get-PxxlProject -Name docs-site).Id
        Invoke-SandboxControl -Path 'variables' -Method Post -Body @{ projectId = $id; key = 'ADDED'; isSecret = $false }
        (Get-PxxlProjectVariable docs-site).Name | Should -Contain 'ADDED'
    }
}
