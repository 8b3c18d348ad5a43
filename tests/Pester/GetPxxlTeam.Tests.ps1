BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    $script:sandbox = Open-Sandbox -Deployments 60
    $script:team = 'team_sandboxharbour000001'
}

AfterAll { Close-Sandbox }

Describe 'Get-PxxlTeam' {
    BeforeEach { Reset-Sandbox }

    It 'lists the teams' {
        $teams = @(Get-PxxlTeam)
        $teams | Should -BeOfType PxxlPeriscope.Team
        $teams.Id | Should -Be $script:team
        $teams.MyRole | Should -Be 'owner'
        $teams.TotalProjects | Should -Be 2
        $teams[0].TotalDatabases | Should -BeNullOrEmpty
    }

    It 'reads single teams by position, -TeamId, pipeline and object' {
        (Get-PxxlTeam $script:team).Name | Should -Be 'Harbour Labs'
        (Get-PxxlTeam -TeamId $script:team).Name | Should -Be 'Harbour Labs'
        ($script:team | Get-PxxlTeam).Name | Should -Be 'Harbour Labs'
        (Get-PxxlTeam | Get-PxxlTeam).Name | Should -Be 'Harbour Labs'
        (Get-PxxlTeam (Get-PxxlTeam)).Name | Should -Be 'Harbour Labs'
    }

    It '-Name accepts wildcards, ignoring case' {
        (Get-PxxlTeam -Name 'HARBOUR*').Id | Should -Be $script:team
        Get-PxxlTeam -Name 'other*' | Should -BeNullOrEmpty
    }

    It 'continues after a team that does not exist' {
        $run = Invoke-Recorded { 'team_missing', $script:team | Get-PxxlTeam }
        $run.Output.Id | Should -Be $script:team
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlNotFound,*'
        $run.Errors[0].TargetObject | Should -Be 'team_missing'
    }
}

Describe '-TeamId' {
    BeforeEach { Reset-Sandbox }

    It 'overrides the connection''s team in <Name>' -ForEach @(
        @{ Name = 'Get-PxxlDeployment'; Call = { Get-PxxlDeployment -TeamId $script:team } }
        @{ Name = 'Get-PxxlDeployment -Id'; Call = { Get-PxxlDeployment $script:deployment -TeamId $script:team } }
        @{ Name = 'Get-PxxlDeploymentLog'; Call = { Get-PxxlDeploymentLog $script:deployment -TeamId $script:team } }
        @{ Name = 'Get-PxxlDomain'; Call = { Get-PxxlDomain -TeamId $script:team } }
        @{ Name = 'Get-PxxlProject'; Call = { Get-PxxlProject -TeamId $script:team } }
        @{ Name = 'Get-PxxlProjectVariable'; Call = { Get-PxxlProjectVariable billing-worker -TeamId $script:team } }
        @{ Name = 'Get-PxxlUsage'; Call = { Get-PxxlUsage -TeamId $script:team } }
        @{ Name = 'Invoke-PxxlApi'; Call = { Invoke-PxxlApi cli/stats -TeamId $script:team } }
        @{ Name = 'ConvertFrom-PxxlWebhook -Refresh'; Call = {
                $body = "{`"event`":`"deployment.created`",`"data`":{`"id`":`"$script:deployment`",`"status`":`"queued`"}}"
                $headers = New-PxxlSignature -Body $body -Event deployment.created -Secret $script:sandbox.WebhookSecret
                ConvertFrom-PxxlWebhook -Body $body -Headers $headers -Secret $script:sandbox.WebhookSecret -Refresh -TeamId $script:team
            }
        }
    ) {
        $script:deployment = (Get-PxxlDeployment -First 1 -TeamId $script:team).Id
        $env:PXXL_TEAM_ID = 'team_nobody_has'
        Invoke-SandboxControl -Path 'requests' -Method Delete
        $run = Invoke-Recorded $Call
        $run.Errors | Should -BeNullOrEmpty
        $run.Output | Should -Not -BeNullOrEmpty
        foreach ($request in Get-SandboxRequest) {
            $request.query | Should -Match "[?&]teamId=$script:team(&|$)"
        }
    }

    It 'accepts a team object, even from a file' {
        $path = Join-Path -Path $TestDrive -ChildPath 'team.xml'
        Get-PxxlTeam | Export-Clixml -Path $path
        (Get-PxxlUsage -TeamId (Get-PxxlTeam)).TeamId | Should -Be $script:team
        (Get-PxxlUsage -TeamId (Import-Clixml -Path $path)).TeamId | Should -Be $script:team
        (Get-PxxlTeam | ForEach-Object { Get-PxxlUsage -TeamId $_ }).TeamId | Should -Be $script:team
    }

    It 'does not change the connection' {
        $connection = Connect-Pxxl
        @(Get-PxxlProject -Connection $connection -TeamId $script:team).Count | Should -Be 2
        @(Get-PxxlProject -Connection $connection).Count | Should -Be 6
        (Get-PxxlConnection).TeamId | Should -BeNullOrEmpty
    }

    It 'is not added to Invoke-PxxlApi if the path or query already specifies a team' {
        $null = Invoke-PxxlApi "cli/stats?teamId=$script:team" -TeamId 'team_other'
        $null = Invoke-PxxlApi cli/stats -Query @{ teamId = $script:team } -TeamId 'team_other'
        (Get-SandboxRequest).query | Should -Be "?teamId=$script:team", "?teamId=$script:team"
    }

    It 'is not sent with an id if only the connection has a team, as in the tools of Pxxl' {
        $id = (Get-PxxlDeployment -First 1).Id
        $connection = Connect-Pxxl -TeamId $script:team
        Invoke-SandboxControl -Path 'requests' -Method Delete
        $null = Get-PxxlDeployment $id -Connection $connection
        (Get-SandboxRequest).query | Should -BeNullOrEmpty
    }

    It 'is named in the 404 error if it is wrong, with a recommended action' {
        $run = Invoke-Recorded { Get-PxxlDeployment -TeamId 'team_other' }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlNotFound,*'
        $run.Errors[0].Exception.Message | Should -Match "team 'team_other'"
        $run.Errors[0].ErrorDetails.RecommendedAction | Should -Match 'the account or the team may be wrong'
        $run.Errors[0].ErrorDetails.RecommendedAction | Should -Match 'Get-PxxlTeam'
    }
}
