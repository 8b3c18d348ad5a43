BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    $script:sandbox = Open-Sandbox -Deployments 150
    $script:team = 'team_sandboxharbour000001'
    Invoke-SandboxControl -Path 'projects' -Method Post -Body @{ id = 'proj_spaced'; name = 'my shop' }
    Invoke-SandboxControl -Path 'projects' -Method Post -Body @{ id = 'proj_quoted'; name = 'Ada''s $hop' }
    Invoke-SandboxControl -Path 'projects' -Method Post -Body @{ id = 'proj_twin1'; name = 'twin' }
    Invoke-SandboxControl -Path 'projects' -Method Post -Body @{ id = 'proj_twin2'; name = 'Twin' }
    Invoke-SandboxControl -Path 'projects' -Method Post -Body @{ id = 'proj_evil'; name = "evil$([char] 27)[2J" }

    function Get-Completion {
        # The completions at the end of a line.
        param([string] $Line)
        ([System.Management.Automation.CommandCompletion]::CompleteInput($Line, $Line.Length, $null)).CompletionMatches
    }

    function Get-Offer {
        # The completions when the items are available, however long the first request takes: repeats the completion until they are.
        param([string] $Line)
        $null = Test-Until { @(Get-Completion $Line).Count -gt 0 }
        Get-Completion $Line
    }
}

AfterAll { Close-Sandbox }

Describe 'Tab' {
    # Each test uses a separate connection, because cached items belong to a connection.
    BeforeEach {
        Reset-Sandbox
        $null = Connect-Pxxl
        Invoke-SandboxControl -Path 'requests' -Method Delete
    }

    It 'completes project names where a name is accepted: <Line>' -ForEach @(
        @{ Line = 'Get-PxxlDeployment -ProjectId ' }
        @{ Line = 'Get-PxxlDeploymentLog -ProjectId ' }
        @{ Line = 'Get-PxxlProjectVariable ' }
        @{ Line = 'Get-PxxlDomain -ProjectId ' }
        @{ Line = 'Sync-PeriscopeDeployment -ProjectId ' }
        @{ Line = 'Start-PxxlDeployment ' }
        @{ Line = 'Watch-PxxlDeployment -ProjectId ' }
        @{ Line = 'Get-PxxlProject -Name ' }
    ) {
        $offered = Get-Offer $Line
        $offered.ListItemText | Should -Contain 'checkout-api'
        $offered.ListItemText | Should -Contain 'my shop'
        ($offered | Where-Object ListItemText -EQ 'checkout-api').ToolTip | Should -Match '^checkout-api, proj_\w+, express, active$'
    }

    It 'completes an id where only an id is accepted, even if the name is typed' {
        $ids = (Get-Offer 'Get-PxxlProject ').CompletionText
        $ids | Should -Contain 'proj_spaced'
        $ids | Should -Not -Contain 'checkout-api'
        (Get-Offer 'Get-PxxlProject my').CompletionText | Should -Be 'proj_spaced'
    }

    It 'completes the ids of projects that share a name, and any id that is typed' {
        $offered = (Get-Offer 'Get-PxxlDeployment -ProjectId ').CompletionText
        $offered | Should -Contain 'proj_twin1'
        $offered | Should -Contain 'proj_twin2'
        $offered | Should -Not -Contain 'twin'
        $offered | Should -Not -Contain 'proj_spaced'
        (Get-Completion 'Get-PxxlDeployment -ProjectId proj_s').CompletionText | Should -Be 'proj_spaced'
    }

    It 'never completes a name with control characters' {
        (Get-Offer 'Get-PxxlDeployment -ProjectId ').CompletionText -match '\x1b' | Should -BeNullOrEmpty
        (Get-Completion 'Get-PxxlDeployment -ProjectId evil') | Should -BeNullOrEmpty
    }

    It 'quotes where necessary, with the quote that was typed: <Typed>' -ForEach @(
        @{ Typed = 'check'; Completed = 'checkout-api' }
        @{ Typed = "'check"; Completed = "'checkout-api'" }
        @{ Typed = '"check'; Completed = '"checkout-api"' }
        @{ Typed = 'my'; Completed = "'my shop'" }
        @{ Typed = "'my s"; Completed = "'my shop'" }
        @{ Typed = '"my s'; Completed = '"my shop"' }
        @{ Typed = '"my s"'; Completed = '"my shop"' }
        @{ Typed = 'Ada'; Completed = "'Ada''s `$hop'" }
        @{ Typed = "'Ada''s"; Completed = "'Ada''s `$hop'" }
        @{ Typed = '"Ada''s `$'; Completed = "`"Ada's ```$hop`"" }
        @{ Typed = 'checkout-api, my'; Completed = "'my shop'" }
    ) {
        $offered = Get-Offer "Get-PxxlDeployment -ProjectId $Typed"
        $offered.CompletionText | Should -Be $Completed
        # PowerShell parses the completion back to the same text.
        $read = [scriptblock]::Create($offered.CompletionText).Ast.Find({ $args[0] -is [System.Management.Automation.Language.StringConstantExpressionAst] }, $true)
        $read.Value | Should -Be $offered.ListItemText
    }

    It 'completes deployments, newest first, with status, age, project and branch: <Line>' -ForEach @(
        @{ Line = 'Get-PxxlDeployment ' }
        @{ Line = 'Get-PxxlDeployment -Id dep_' }
        @{ Line = 'Get-PxxlDeployment -DeploymentId ' }
        @{ Line = 'Get-PxxlDeploymentLog ' }
        @{ Line = 'Wait-PxxlDeployment ' }
    ) {
        $offered = Get-Offer $Line
        $newest = Get-PxxlDeployment -First 100 | Sort-Object -Property CreatedAt -Descending | Select-Object -First 50
        $offered.CompletionText | Should -Be $newest.Id
        $offered[3].ToolTip |
            Should -Match "^$($newest[3].Status), \d+[smhd] ago, $($newest[3].ProjectName), $([regex]::Escape($newest[3].Branch)), "
        @(Get-SandboxRequest -Path '*/deployments')[0].query | Should -Be '?page=1&limit=100'
    }

    It 'completes the deployments of a typed project or commit' {
        $offered = Get-Offer 'Get-PxxlDeployment checkout'
        $offered.ToolTip | Should -Match 'checkout-api'
        $commit = (Get-PxxlDeployment $offered[0].CompletionText).CommitSha
        (Get-Offer "Get-PxxlDeployment $($commit.Substring(0, 7))").CompletionText | Should -Contain $offered[0].CompletionText
    }

    It 'completes teams by id and name: <Line>' -ForEach @(
        @{ Line = 'Get-PxxlProject -TeamId ' }
        @{ Line = 'Get-PxxlProject -TeamId Harbour' }
        @{ Line = 'Get-PxxlDeployment -TeamId team_' }
        @{ Line = 'Get-PxxlTeam ' }
        @{ Line = 'Connect-Pxxl -TeamId ' }
        @{ Line = 'Sync-PeriscopeDeployment -TeamId ' }
        @{ Line = 'ConvertFrom-PxxlWebhook -TeamId ' }
        @{ Line = 'Invoke-PxxlApi -TeamId ' }
    ) {
        $offered = Get-Offer $Line
        $offered.CompletionText | Should -Be $script:team
        $offered.ToolTip | Should -Be 'Harbour Labs, owner, 2 projects'
    }

    It 'completes team names' {
        (Get-Offer 'Get-PxxlTeam -Name Har').CompletionText | Should -Be "'Harbour Labs'"
    }

    It 'uses the team and the connection of the command line' {
        $team = Get-PxxlTeam
        $script:other = Connect-Pxxl -TeamId $team.Id
        Disconnect-Pxxl
        $expected = 'billing-worker', 'press-kit'
        (Get-Offer "Get-PxxlProject -TeamId $($script:team) -Name ").CompletionText | Should -Be $expected
        (Get-Offer 'Get-PxxlProject -TeamId $team -Name ').CompletionText | Should -Be $expected
        (Get-Offer 'Get-PxxlProject -Connection $script:other -Name ').CompletionText | Should -Be $expected
        (Get-Offer 'Sync-PeriscopeDeployment -PxxlConnection $script:other -ProjectId ').CompletionText | Should -Be $expected
        (Get-SandboxRequest -Path '*/projects').query | Should -Match $script:team
        # Each response was requested once and cached: the first two lines share a response, and so do the others.
        @(Get-SandboxRequest -Path '*/projects').Count | Should -Be 2
    }

    It 'completes nothing if the connection or the team is not known yet: <Line>' -ForEach @(
        @{ Line = 'Get-PxxlProject -TeamId (Get-PxxlTeam) -Name ' }
        @{ Line = 'Get-PxxlProject -Connection (Connect-Pxxl -ApiKey x) -Name ' }
        @{ Line = 'Connect-Pxxl -ApiKey x -TeamId ' }
        @{ Line = 'Connect-Pxxl -BaseUri https://elsewhere.example/ -TeamId ' }
    ) {
        Get-Completion $Line | Should -BeNullOrEmpty
        Get-SandboxRequest | Should -BeNullOrEmpty
    }

    It 'sends one request, whatever is typed' {
        $null = Get-Offer 'Get-PxxlDeployment -ProjectId '
        foreach ($line in 'Get-PxxlDeployment -ProjectId ch', 'Get-PxxlProject ', 'Get-PxxlProject -Name x', 'Get-PxxlDomain -ProjectId "m') {
            $null = Get-Completion $line
        }
        @(Get-SandboxRequest).Count | Should -Be 1
    }

    It 'creates the connection of a session that has none, with the user agent of the cmdlets' {
        Disconnect-Pxxl
        $env:PXXL_TEAM_ID = $script:team
        (Get-Offer 'Get-PxxlProject -Name ').CompletionText | Should -Be 'billing-worker', 'press-kit'
        $null = Get-PxxlProject
        @((Get-SandboxRequest).userAgent | Select-Object -Unique) |
            Should -Match "^PxxlPeriscope/[\d.]+ \(PowerShell $($PSVersionTable.PSVersion.Major)\.$($PSVersionTable.PSVersion.Minor); "
    }

    It 'stops waiting if the service does not respond, and uses the response the next time' {
        Add-SandboxFault -Kind HeldUntilCleared -With @{ service = 'Pxxl' }
        # It returns although no response ever arrives, long before any time limit of a request.
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        Get-Completion 'Get-PxxlProject -Name ' | Should -BeNullOrEmpty
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 5
        Invoke-SandboxControl -Path 'faults' -Method Delete
        (Get-Offer 'Get-PxxlProject -Name ').ListItemText | Should -Contain 'checkout-api'
        @(Get-SandboxRequest).Count | Should -Be 1
    }

    It 'completes nothing when <What>' -ForEach @(
        @{ What = 'there is no key'; Prepare = { Disconnect-Pxxl; Clear-SandboxKey } }
        @{ What = 'the key is wrong'; Prepare = { Disconnect-Pxxl; $env:PXXL_API_KEY = 'pxxl_wrong' } }
        @{ What = 'the key contains invalid characters'; Prepare = { Disconnect-Pxxl; $env:PXXL_API_KEY = 'a b' } }
        @{ What = 'the base URI is rejected'; Prepare = { Disconnect-Pxxl; $env:PXXL_API_URL = 'http://elsewhere.example/' } }
        @{ What = 'the service is down'; Prepare = { Add-SandboxFault -Kind Unavailable503 -With @{ service = 'Pxxl' } } }
        @{ What = 'the response cannot be read'; Prepare = { Add-SandboxFault -Kind MalformedJson -With @{ service = 'Pxxl' } } }
        @{ What = 'the service never responds'; Prepare = { Add-SandboxFault -Kind StallBeforeHeaders -With @{ service = 'Pxxl' } } }
    ) {
        & $Prepare
        $global:Error.Clear()
        foreach ($line in 'Get-PxxlDeployment ', 'Get-PxxlDeployment -ProjectId ', 'Get-PxxlProject -TeamId ') {
            $run = Invoke-Recorded { Get-Completion $line }
            $run.Output | Should -BeNullOrEmpty
            $run.Errors | Should -BeNullOrEmpty
            $run.Warnings | Should -BeNullOrEmpty
        }
        $global:Error | Should -BeNullOrEmpty
        Invoke-SandboxControl -Path 'faults' -Method Delete
    }

    It 'works in TabExpansion2, and if the module is loaded automatically' {
        $modules = Split-Path -Path (Get-TestedModule)
        $script = '$env:PSModulePath = $Modules + [System.IO.Path]::PathSeparator + $env:PSModulePath
            $line = "Get-PxxlDeployment -ProjectId che"
            for ($i = 0; $i -lt 60 -and -not $found; $i++) { $found = (TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches.CompletionText }
            "$found $($Error.Count)"'
        Invoke-ChildShell -Script $script -Variable @{ Modules = $modules } | Should -Be 'checkout-api 0'
    }

    It 'completes the items of the outbox' {
        $folder = (New-Item -Path (Join-Path -Path $TestDrive -ChildPath 'out box') -ItemType Directory).FullName
        Add-SandboxFault -Kind Unavailable503 -With @{ service = 'Periscope' }
        $null = Connect-Periscope -MaximumRetryCount 0 -OutboxPath $folder
        $null = New-PeriscopeDeployment -DeploymentId 'ci 1' -CommitSha 1a2b3c4 -Environment staging -Status success -StartedAt 2h -CompletedAt 1h -Service shop |
            Send-PeriscopeDeployment -WarningAction SilentlyContinue -ErrorAction SilentlyContinue
        Invoke-SandboxControl -Path 'faults' -Method Delete
        $offered = Get-Completion 'Get-PeriscopeOutboxItem -DeploymentId '
        $offered.CompletionText | Should -Be "'ci 1'"
        $offered.ToolTip | Should -Match '^success, 0?\d+s here, '
        (Get-Completion "Send-PeriscopeOutboxItem -OutboxPath '$folder' -DeploymentId ci").CompletionText | Should -Be "'ci 1'"
        Push-Location -LiteralPath $TestDrive
        (Get-Completion "Get-PeriscopeOutboxItem -OutboxPath './out box' -DeploymentId ").CompletionText | Should -Be "'ci 1'"
        Pop-Location
        Get-Completion 'Get-PeriscopeOutboxItem -OutboxPath ./nowhere -DeploymentId ' | Should -BeNullOrEmpty
    }
}
