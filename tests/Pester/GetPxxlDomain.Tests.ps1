BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    $script:sandbox = Open-Sandbox -Deployments 20
}

AfterAll { Close-Sandbox }

Describe 'Get-PxxlDomain' {
    BeforeEach { Reset-Sandbox }

    It 'lists all domains with one request' {
        $domains = Get-PxxlDomain
        $domains.Count | Should -Be 6
        $domains | Should -BeOfType PxxlPeriscope.Domain
        $domains[0].Name | Should -Be 'checkout-api.pxxl.app'
        $domains[0].Url | Should -Be 'https://checkout-api.pxxl.app/'
        (Get-SandboxRequest).path | Should -Be '/api/v3/cli/domains'
    }

    It 'understands <List> of <Form>' -ForEach @(
        @{ List = 'DataNoun'; Form = 'Strings' }
        @{ List = 'Data'; Form = 'Objects' }
        @{ List = 'Array'; Form = 'Strings' }
    ) {
        Edit-SandboxShape @{ listEnvelope = $List; domains = $Form }
        (Get-PxxlDomain).Name | Should -Contain 'docs-site.pxxl.app'
    }

    It 'reads single domains by name and by id, from the pipeline too' {
        $domain = Get-PxxlDomain docs-site.pxxl.app
        $domain.Status | Should -Be 'active'
        (Get-PxxlDomain -Id $domain.Id).Name | Should -Be 'docs-site.pxxl.app'
        ('docs-site.pxxl.app', $domain.Id | Get-PxxlDomain).Name | Should -Be 'docs-site.pxxl.app', 'docs-site.pxxl.app'
    }

    It '-Name accepts wildcards' {
        (Get-PxxlDomain -Name '*-SITE.*').Name | Should -Be 'docs-site.pxxl.app'
    }

    It 'returns the domains of projects from the pipeline with one request' {
        $projects = Get-PxxlProject -Name 'checkout*', 'docs*'
        Invoke-SandboxControl -Path 'requests' -Method Delete
        ($projects | Get-PxxlDomain).Name | Should -Be 'checkout-api.pxxl.app', 'docs-site.pxxl.app'
        @(Get-SandboxRequest).Count | Should -Be 1
    }

    It '-ProjectId accepts a name' {
        (Get-PxxlDomain -ProjectId press-kit).Name | Should -Be 'press-kit.pxxl.app'
    }

    It 'continues after a domain that does not exist' {
        $run = Invoke-Recorded { 'none.example', 'docs-site.pxxl.app' | Get-PxxlDomain }
        $run.Output.Name | Should -Be 'docs-site.pxxl.app'
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlNotFound,*'
        $run.Errors[0].TargetObject | Should -Be 'none.example'
    }
}
