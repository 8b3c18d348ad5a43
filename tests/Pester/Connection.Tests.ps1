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

    It 'takes the key as copying leaves it, with white space around' {
        (Connect-Pxxl -ApiKey "  $($env:PXXL_API_KEY)`r`n").Account | Should -Not -BeNullOrEmpty
    }

    It 'takes no key that could smuggle a header into a request, and does not repeat it' {
        $run = Invoke-Recorded { Connect-Pxxl -ApiKey "pxxl_a`r`nX-Other: smuggled" }
        $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentTransformationError,*'
        $run.Errors[0] | Out-String | Should -Not -Match 'smuggled.*smuggled.*smuggled'
        $run.Errors[0].Exception.Message | Should -Not -Match 'smuggled'
        Get-SandboxRequest | Should -BeNullOrEmpty
    }

    It 'finds the key of the official command line, and the team that is selected there' {
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

    It 'takes the team from -TeamId before PXXL_TEAM_ID' {
        $env:PXXL_TEAM_ID = 'team_environment'
        (Connect-Pxxl).TeamId | Should -Be 'team_environment'
        (Connect-Pxxl -TeamId 'team_parameter').TeamId | Should -Be 'team_parameter'
    }

    It 'says where the team came from' {
        Connect-Pxxl | Out-String | Should -Match 'Team +: personal account'
        Connect-Pxxl -TeamId 'team_parameter' | Out-String | Should -Match 'Team +: team_parameter \(from parameter -TeamId\)'
        $env:PXXL_TEAM_ID = 'team_environment'
        Connect-Pxxl | Out-String | Should -Match 'Team +: team_environment \(from environment variable PXXL_TEAM_ID\)'
        (Connect-Pxxl -ApiKey $script:sandbox.PxxlKey).TeamSource | Should -Be 'environment variable PXXL_TEAM_ID'
    }

    It 'takes a team of Get-PxxlTeam' {
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

    It 'keeps nothing when the key is wrong' {
        $run = Invoke-Recorded { Connect-Pxxl -ApiKey 'pxxl_wrong' }
        $run.Output | Should -BeNullOrEmpty
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlUnauthorized,*'
        (Get-PxxlConnection).KeySource | Should -Match 'PXXL_API_KEY'
    }

    It 'keeps the connection for the calls that follow' {
        $key = $env:PXXL_API_KEY
        Clear-SandboxKey
        $null = Connect-Pxxl -ApiKey $key
        @(Get-PxxlProject).Count | Should -Be 6
    }

    It 'names the other known bases where nothing of Pxxl answers' {
        $run = Invoke-Recorded { Connect-Pxxl -BaseUri "$($script:sandbox.Root)/elsewhere/" }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlWrongBaseUri,*'
        $run.Errors[0].ErrorDetails.RecommendedAction | Should -Match 'https://server\.pxxl\.app/api/v3/'
        $run.Errors[0].ErrorDetails.RecommendedAction | Should -Match 'https://gateway\.pxxl\.app/api/v3/'
    }

    It 'goes through the proxy that it is given' {
        # The sandbox is no proxy, but it answers what it is asked: the host it was asked for shows that it stood in for one.
        (Connect-Pxxl -BaseUri 'http://localhost:9/api/v3/' -Proxy $script:sandbox.Root).Account | Should -Not -BeNullOrEmpty
        (Get-SandboxRequest).host | Should -Be 'localhost:9'
    }

    It 'takes -Proxy or -NoProxy, not both' {
        { Connect-Pxxl -Proxy 'http://127.0.0.1:9' -NoProxy } | Should -Throw -ErrorId 'AmbiguousParameterSet,*'
    }
}

Describe 'Get-PxxlConnection' {
    BeforeEach { Reset-Sandbox }

    It 'shows what the environment holds, and makes no call' {
        $connection = Get-PxxlConnection
        $connection.KeySource | Should -Match 'PXXL_API_KEY'
        $connection.BaseUri | Should -Be $script:sandbox.PxxlUri
        $connection | Out-String | Should -Match 'not verified'
        Get-SandboxRequest | Should -BeNullOrEmpty
    }

    It 'shows account, scope and permission after Connect-Pxxl without asking again' {
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

    It 'says of a key in the environment what is known without asking' {
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

    It 'claims no account that it has not asked for' {
        Get-PxxlConnection | Out-String | Should -Match 'Team +: none chosen'
    }

    It 'shows all of it after Connect-Pxxl' {
        $null = Connect-Pxxl
        $shown = Get-PxxlConnection | Out-String
        foreach ($line in 'Account +: ada@', 'Team +: personal account', 'Scope +: all', 'Permission +: read_write', 'Key from +: environment', 'Base URI +: http') {
            $shown | Should -Match "(?m)^$line"
        }
    }

    It 'warns where there is no key, and says how to give one' {
        Clear-SandboxKey
        $run = Invoke-Recorded { Get-PxxlConnection }
        $run.Output | Should -BeNullOrEmpty
        $run.Errors | Should -BeNullOrEmpty
        $run.Warnings | Should -Match 'Connect-Pxxl'
    }
}

Describe 'What is refused' {
    BeforeEach { Reset-Sandbox }

    It 'with 404 says that the team may be the wrong one, and which it was' {
        Add-SandboxFault -Kind WrongTeam404 -With @{ service = 'Pxxl' }
        $run = Invoke-Recorded { Get-PxxlDeployment dep_1 -TeamId team_x }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlNotFound,*'
        "$($run.Errors[0])" | Should -Match "this key and team 'team_x' have no access to it"
        $run.Errors[0].ErrorDetails.RecommendedAction | Should -Match 'team may be the wrong one: Get-PxxlConnection shows them, Get-PxxlTeam lists the teams'
    }

    It 'by the plan says code, limit and use' {
        Add-SandboxFault -Kind PlanLimit403 -With @{ service = 'Pxxl' }
        $run = Invoke-Recorded { Get-PxxlUsage }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlPlanLimit,*'
        "$($run.Errors[0])" | Should -Match 'PROJECT_LIMIT_EXCEEDED\)\. 3 of 3 are used'
        $run.Errors[0].ErrorDetails.RecommendedAction | Should -Match 'change to a plan that allows more'
    }
}

Describe 'Disconnect-Pxxl' {
    BeforeEach { Reset-Sandbox }

    It 'forgets the key, and lets the environment count again' {
        $null = Connect-Pxxl -ApiKey $env:PXXL_API_KEY
        Disconnect-Pxxl | Should -BeNullOrEmpty
        (Get-PxxlConnection).KeySource | Should -Match 'PXXL_API_KEY'
        Clear-SandboxKey
        Get-PxxlConnection -WarningAction SilentlyContinue | Should -BeNullOrEmpty
    }

    It 'does nothing where there is no connection' {
        { Disconnect-Pxxl; Disconnect-Pxxl } | Should -Not -Throw
    }
}

Describe 'Connect-Periscope' {
    BeforeEach { Reset-Sandbox }

    It 'makes no call: every call there counts' {
        $connection = Connect-Periscope
        $connection | Should -BeOfType PxxlPeriscope.PeriscopeConnection
        $connection.KeySource | Should -Match 'PERISCOPE_API_KEY'
        Get-SandboxRequest | Should -BeNullOrEmpty
    }

    It 'warns of a key that does not look like Periscope''s, and keeps it' {
        $run = Invoke-Recorded { Connect-Periscope -ApiKey $script:sandbox.PxxlKey }
        $run.Warnings | Should -Match 'psk_'
        $run.Output.Count | Should -Be 1
    }

    It 'keeps the connection until Disconnect-Periscope' {
        $null = Connect-Periscope -ApiKey 'psk_live_parameter' -OrganizationSlug 'sandbox-org'
        (Get-PeriscopeConnection).OrganizationSlug | Should -Be 'sandbox-org'
        Disconnect-Periscope
        (Get-PeriscopeConnection).OrganizationSlug | Should -BeNullOrEmpty
    }

    It 'warns in Get-PeriscopeConnection where there is no key' {
        Clear-SandboxKey
        (Invoke-Recorded { Get-PeriscopeConnection }).Warnings | Should -Match 'PERISCOPE_API_KEY'
    }
}
