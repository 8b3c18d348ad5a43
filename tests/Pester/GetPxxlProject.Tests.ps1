BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    $script:sandbox = Open-Sandbox -Deployments 20 -Projects 25
}

AfterAll { Close-Sandbox }

Describe 'Get-PxxlProject' {
    BeforeEach { Reset-Sandbox }

    It 'reads all projects' {
        $projects = Get-PxxlProject
        $projects.Count | Should -Be 25
        $projects | Should -BeOfType PxxlPeriscope.Project
        @($projects.Id | Select-Object -Unique).Count | Should -Be 25
    }

    It 'reads all projects if the pages are small' {
        Edit-SandboxShape @{ serverLimitCap = 10 }
        @(Get-PxxlProject).Count | Should -Be 25
        @(Get-SandboxRequest).Count | Should -Be 3
    }

    It 'understands <List> with paging <Paging>' -ForEach @(
        @{ List = 'DataNoun'; Paging = 'Root' }
        @{ List = 'Data'; Paging = 'Pagination' }
        @{ List = 'Array'; Paging = 'None' }
    ) {
        Edit-SandboxShape @{ listEnvelope = $List; paging = $Paging }
        @(Get-PxxlProject).Count | Should -Be 25
    }

    It 'reads single projects by position, pipeline and property name' {
        $projects = @(Get-PxxlProject)[0..1]
        (Get-PxxlProject $projects[0].Id).Id | Should -Be $projects[0].Id
        ($projects.Id | Get-PxxlProject).Name | Should -Be $projects.Name
        ($projects | Get-PxxlProject).Name | Should -Be $projects.Name
    }

    It 'reads the projects of deployments from the pipeline' {
        $deployment = Get-PxxlDeployment -First 1
        ($deployment | Get-PxxlProject).Id | Should -Be $deployment.ProjectId
    }

    It '-Name accepts wildcards, ignoring case' {
        $all = Get-PxxlProject
        (Get-PxxlProject -Name 'DOCS*').Name | Should -Be ($all.Name -like 'docs*')
        Get-PxxlProject -Name 'no-such-*' | Should -BeNullOrEmpty
    }

    It 'continues after a project that does not exist' {
        $id = @(Get-PxxlProject)[0].Id
        $run = Invoke-Recorded { 'proj_missing', $id | Get-PxxlProject }
        $run.Output.Id | Should -Be $id
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlNotFound,*'
        $run.Errors[0].TargetObject | Should -Be 'proj_missing'
    }

    It 'leaves the repository of a project empty that is deployed from zip files' {
        @(Get-PxxlProject | Where-Object { $null -eq $_.RepositoryUrl }).Count | Should -BeGreaterThan 0
    }
}
