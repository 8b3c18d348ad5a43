BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    $script:sandbox = Open-Sandbox -Deployments 20
}

AfterAll { Close-Sandbox }

Describe 'Connect-Pxxl' {
    BeforeEach { Reset-Sandbox }

    It 'verifies the key with whoami, and shows account, team, scope and where the key came from' {
        $connection = Connect-Pxxl
        $connection | Should -BeOfType PxxlPeriscope.PxxlConnection
        $connection.Account.Email | Should -Be 'ada@harbour-labs.example'
        $connection.Scope | Should -Be 'all'
        $connection.Permission | Should -Be 'read_write'
        $connection.KeySource | Should -Match 'PXXL_API_KEY'
        (Get-SandboxRequest).path | Should -Be '/api/v3/cli/whoami'
        $shown = $connection | Out-String
        $shown | Should -Match 'ada@harbour-labs\.example'
        $shown | Should -Match 'personal account'
    }

    It 'takes the key as <Form>' -ForEach @(
        @{ Form = 'string' }
        @{ Form = 'SecureString' }
        @{ Form = 'PSCredential' }
    ) {
        $text = $env:PXXL_API_KEY
        Clear-SandboxKey
        $secure = [System.Net.NetworkCredential]::new('', $text).SecurePassword
        $key = switch ($Form) {
            'string' { $text }
            'SecureString' { $secure }
            'PSCredential' { [pscredential]::new('pxxl', $secure) }
        }
        $connection = Connect-Pxxl -ApiKey $key
        $connection.KeySource | Should -Match 'ApiKey'
        $connection.Account.Email | Should -Not -BeNullOrEmpty
    }

    It 'accepts a copied key with surrounding white space' {
        (Connect-Pxxl -ApiKey "  $($env:PXXL_API_KEY)`r`n").Account | Should -Not -BeNullOrEmpty
    }

    It 'rejects a key that could inject a header into a request, without repeating it' {
        $run = Invoke-Recorded { Connect-Pxxl -ApiKey "pxxl_a`r`nX-Other: smuggled" }
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentTransformationError,*'
        $run.Errors[0] | Out-String | Should -Not -Match 'smuggled.*smuggled.*smuggled'
        $run.Errors[0].Exception.Message | Should -Not -Match 'smuggled'
        Get-SandboxRequest | Should -BeNullOrEmpty
    }

    It 'finds the key of the official CLI, and the team selected there' {
        Clear-SandboxKey
        $env:XDG_CONFIG_HOME = $TestDrive
        try {
            $null = New-Item -Path $TestDrive -Name 'pxxl' -ItemType Directory -Force
            Set-Content -Path (Join-Path -Path $TestDrive -ChildPath 'pxxl/config.json') -Value (ConvertTo-Json @{ apiKey = $script:sandbox.PxxlKey; selectedTeamId = 'team_9' })
            $connection = Connect-Pxxl
            $connection.KeySource | Should -Match 'config\.json'
            $connection.TeamId | Should -Be 'team_9'
            $connection | Out-String -Width 200 | Should -Match 'Team +: team_9 \(from .*config\.json\)'
            Get-PxxlConnection | Out-String -Width 200 | Should -Match 'Key from +: .*config\.json'
        }
        finally {
            $env:XDG_CONFIG_HOME = Join-Path -Path $TestDrive -ChildPath 'nobody'
        }
    }

    It 'prefers -TeamId to PXXL_TEAM_ID' {
        $env:PXXL_TEAM_ID = 'team_environment'
        (Connect-Pxxl).TeamId | Should -Be 'team_environment'
        (Connect-Pxxl -TeamId 'team_parameter').TeamId | Should -Be 'team_parameter'
    }

    It 'shows where the team came from' {
        Connect-Pxxl | Out-String | Should -Match 'Team +: personal account'
        Connect-Pxxl -TeamId 'team_parameter' | Out-String | Should -Match 'Team +: team_parameter \(from parameter -TeamId\)'
        $env:PXXL_TEAM_ID = 'team_environment'
        Connect-Pxxl | Out-String | Should -Match 'Team +: team_environment \(from environment variable PXXL_TEAM_ID\)'
        (Connect-Pxxl -ApiKey $script:sandbox.PxxlKey).TeamSource | Should -Be 'environment variable PXXL_TEAM_ID'
    }

    It 'accepts a team from Get-PxxlTeam' {
        $team = Get-PxxlTeam
        (Connect-Pxxl -TeamId $team).TeamId | Should -Be $team.Id
    }

    It 'sends the team with lists and usage' {
        $team = (Invoke-PxxlApi teams).teams[0].id
        $connection = Connect-Pxxl -TeamId $team
        Invoke-SandboxControl -Path 'requests' -Method Delete
        $null = Get-PxxlProject -Connection $connection
        $null = Get-PxxlUsage -Connection $connection
        (Get-SandboxRequest).query | ForEach-Object { $_ | Should -Match "teamId=$team" }
    }

    It 'stores nothing if the key is wrong' {
        $run = Invoke-Recorded { Connect-Pxxl -ApiKey 'pxxl_wrong' }
        $run.Output | Should -BeNullOrEmpty
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlUnauthorized,*'
        (Get-PxxlConnection).KeySource | Should -Match 'PXXL_API_KEY'
    }

    It 'stores the connection for later calls' {
        $key = $env:PXXL_API_KEY
        Clear-SandboxKey
        $null = Connect-Pxxl -ApiKey $key
        @(Get-PxxlProject).Count | Should -Be 6
    }

    It 'names the other known base URIs if the response is not from Pxxl' {
        $run = Invoke-Recorded { Connect-Pxxl -BaseUri "$($script:sandbox.Root)/elsewhere/" }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlWrongBaseUri,*'
        $run.Errors[0].ErrorDetails.RecommendedAction | Should -Match 'https://server\.pxxl\.app/api/v3/'
        $run.Errors[0].ErrorDetails.RecommendedAction | Should -Match 'https://gateway\.pxxl\.app/api/v3/'
    }

    It 'uses the specified proxy' {
        # The sandbox is not a proxy, but it responds to every request: the requested host shows that it was used as one.
        (Connect-Pxxl -BaseUri 'http://localhost:9/api/v3/' -Proxy $script:sandbox.Root).Account | Should -Not -BeNullOrEmpty
        (Get-SandboxRequest).host | Should -Be 'localhost:9'
    }

    It 'accepts -Proxy or -NoProxy, not both' {
        { Connect-Pxxl -Proxy 'http://127.0.0.1:9' -NoProxy } | Should -Throw -ErrorId 'AmbiguousParameterSet,*'
    }
}

Describe 'Get-PxxlConnection' {
    BeforeEach { Reset-Sandbox }

    It 'shows the keys of the environment without a request' {
        $connection = Get-PxxlConnection
        $connection.KeySource | Should -Match 'PXXL_API_KEY'
        $connection.BaseUri | Should -Be $script:sandbox.PxxlUri
        $connection | Out-String | Should -Match 'not verified'
        Get-SandboxRequest | Should -BeNullOrEmpty
    }

    It 'shows account, scope and permission after Connect-Pxxl without another request' {
        $null = Connect-Pxxl -TeamId 'team_parameter'
        Invoke-SandboxControl -Path 'requests' -Method Delete
        $connection = Get-PxxlConnection
        $connection.Account.Email | Should -Be 'ada@harbour-labs.example'
        $connection.Scope | Should -Be 'all'
        $connection.Permission | Should -Be 'read_write'
        $connection.TeamId | Should -Be 'team_parameter'
        $connection.BaseUri | Should -Be $script:sandbox.PxxlUri
        $connection.KeySource | Should -Match 'PXXL_API_KEY'
        Get-SandboxRequest | Should -BeNullOrEmpty
    }

    It 'shows for a key in the environment what is known without a request' {
        $env:PXXL_TEAM_ID = 'team_environment'
        $connection = Get-PxxlConnection
        $connection.TeamId | Should -Be 'team_environment'
        $connection.Account | Should -BeNullOrEmpty
        $connection.Scope | Should -BeNullOrEmpty
        $shown = $connection | Out-String
        $shown | Should -Match 'Team +: team_environment'
        $shown | Should -Match 'Key from +: environment variable PXXL_API_KEY'
        $shown | Should -Match "Base URI +: $([regex]::Escape($script:sandbox.PxxlUri))"
        $shown | Should -Not -Match 'Scope|Permission'
        Get-SandboxRequest | Should -BeNullOrEmpty
    }

    It 'shows no account before a request' {
        Get-PxxlConnection | Out-String | Should -Match 'Team +: none chosen'
    }

    It 'shows all of it after Connect-Pxxl' {
        $null = Connect-Pxxl
        $shown = Get-PxxlConnection | Out-String
        foreach ($line in 'Account +: ada@', 'Team +: personal account', 'Scope +: all', 'Permission +: read_write', 'Key from +: environment', 'Base URI +: http') {
            $shown | Should -Match "(?m)^$line"
        }
    }

    It 'warns if there is no key, and explains how to provide one' {
        Clear-SandboxKey
        $run = Invoke-Recorded { Get-PxxlConnection }
        $run.Output | Should -BeNullOrEmpty
        $run.Errors | Should -BeNullOrEmpty
        $run.Warnings | Should -Match 'Connect-Pxxl'
    }
}

Describe 'A rejected request' {
    BeforeEach { Reset-Sandbox }

    It 'with status 404 suggests that the team may be wrong, and names it' {
        Add-SandboxFault -Kind WrongTeam404 -With @{ service = 'Pxxl' }
        $run = Invoke-Recorded { Get-PxxlDeployment dep_1 -TeamId team_x }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlNotFound,*'
        "$($run.Errors[0])" | Should -Match "this key and team 'team_x' have no access to it"
        $run.Errors[0].ErrorDetails.RecommendedAction |
            Should -Match 'the team may be wrong: Get-PxxlConnection shows the current ones, and Get-PxxlTeam lists the teams'
    }

    It 'due to the plan shows code, limit and usage' {
        Add-SandboxFault -Kind PlanLimit403 -With @{ service = 'Pxxl' }
        $run = Invoke-Recorded { Get-PxxlUsage }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlPlanLimit,*'
        "$($run.Errors[0])" | Should -Match 'PROJECT_LIMIT_EXCEEDED\)\. 3 of 3 are used'
        $run.Errors[0].ErrorDetails.RecommendedAction | Should -Match 'change to a plan that allows more'
    }
}

Describe 'Disconnect-Pxxl' {
    BeforeEach { Reset-Sandbox }

    It 'removes the key, so that the environment is used again' {
        $null = Connect-Pxxl -ApiKey $env:PXXL_API_KEY
        Disconnect-Pxxl | Should -BeNullOrEmpty
        (Get-PxxlConnection).KeySource | Should -Match 'PXXL_API_KEY'
        Clear-SandboxKey
        Get-PxxlConnection -WarningAction SilentlyContinue | Should -BeNullOrEmpty
    }

    It 'does nothing if there is no connection' {
        { Disconnect-Pxxl; Disconnect-Pxxl } | Should -Not -Throw
    }
}

Describe 'Connect-Periscope' {
    BeforeEach { Reset-Sandbox }

    It 'makes no request, because the first request starts a trial' {
        $connection = Connect-Periscope
        $connection | Should -BeOfType PxxlPeriscope.PeriscopeConnection
        $connection.KeySource | Should -Match 'PERISCOPE_API_KEY'
        Get-SandboxRequest | Should -BeNullOrEmpty
    }

    It 'warns if the key does not look like a Periscope key, and stores it' {
        $run = Invoke-Recorded { Connect-Periscope -ApiKey $script:sandbox.PxxlKey }
        $run.Warnings | Should -Match 'psk_'
        $run.Output.Count | Should -Be 1
    }

    It 'stores the connection until Disconnect-Periscope' {
        $null = Connect-Periscope -ApiKey 'psk_live_parameter' -OrganizationSlug 'sandbox-org'
        (Get-PeriscopeConnection).OrganizationSlug | Should -Be 'sandbox-org'
        Disconnect-Periscope
        (Get-PeriscopeConnection).OrganizationSlug | Should -BeNullOrEmpty
    }

    It 'warns in Get-PeriscopeConnection if there is no key' {
        Clear-SandboxKey
        (Invoke-Recorded { Get-PeriscopeConnection }).Warnings | Should -Match 'PERISCOPE_API_KEY'
    }
}
