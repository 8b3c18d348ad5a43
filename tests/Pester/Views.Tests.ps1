BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    $script:sandbox = Open-Sandbox -Deployments 60
    Reset-Sandbox
    Add-SandboxDeployment @{
        id = 'dep_view'; status = 'deployed'; projectId = 'proj_view'; projectName = 'viewed'; environment = 'production'; branch = 'main'
        commitSha = '0123456789abcdef0123456789abcdef01234567'; commitMessage = 'Show it'; buildSeconds = 125; artifactBytes = 1572864
        createdAt = [datetimeoffset]::UtcNow.AddHours(-3).AddMinutes(-5).ToString('o')
    }
    Add-SandboxDeployment @{ id = 'dep_bare'; status = 'deployed'; createdAt = [datetimeoffset]::UtcNow.AddDays(-400).ToString('o'); commitSha = 'zip-f892e484f51e' }
    $script:deployment = Get-PxxlDeployment dep_view
    $script:bare = Get-PxxlDeployment dep_bare
    $script:rendering = $PSStyle.OutputRendering

    function Get-Completion {
        # The completions at the end of a line.
        param([string] $Line)
        ([System.Management.Automation.CommandCompletion]::CompleteInput($Line, $Line.Length, $null)).CompletionMatches
    }
}

AfterAll {
    $PSStyle.OutputRendering = $script:rendering
    Close-Sandbox
}

Describe 'The view of a deployment' {
    BeforeEach { $PSStyle.OutputRendering = 'PlainText' }

    It 'is a table with a short commit, the age and the duration' {
        $lines = ($script:deployment | Out-String -Width 120) -split '\r?\n' | Where-Object { $_ }
        $lines[0] | Should -Match 'Id +Status +Environment +Commit'
        $lines[2] | Should -Match 'dep_view +Success +production +0123456 .* viewed'
        $lines[2] | Should -Match '\b3h\b'
        $lines[2] | Should -Match '2(:|m )05'
        $lines.Count | Should -Be 3
    }

    It 'fits into <Width> columns' -ForEach @{ Width = 80 }, @{ Width = 120 } {
        $lines = (Get-PxxlDeployment -First 20 | Out-String -Width $Width) -split '\r?\n' | Where-Object { $_ }
        foreach ($line in $lines) {
            $line.Length | Should -BeLessOrEqual $Width
        }
        # One line each: nothing is wrapped, and the status is always visible.
        $lines.Count | Should -Be 22
        $lines[0] | Should -Match 'Status'
    }

    It 'shows an identifier that is not a commit complete or truncated, but never abbreviated like a commit' {
        $script:bare | Out-String -Width 120 | Should -Match 'zip-'
    }

    It 'leaves cells empty for which the service sends no value' {
        $line = (($script:bare | Out-String -Width 120) -split '\r?\n' | Where-Object { $_ })[2]
        $line | Should -Not -Match '\b0s\b|\b0:00\b'
        $list = $script:bare | Format-List | Out-String -Width 120
        $list | Should -Match '(?m)^Build +: *\r?$'
        $list | Should -Match '(?m)^Artifact +: *\r?$'
        $list | Should -Not -Match '\(\)'
    }

    It 'is a list with the raw status, the complete commit and units' {
        $list = $script:deployment | Format-List | Out-String -Width 120
        $list | Should -Match 'Success \(deployed\)'
        $list | Should -Match '0123456789abcdef0123456789abcdef01234567'
        $list | Should -Match '(?m)^Build +: 2(:|m )05'
        $list | Should -Match '(?m)^Artifact +: 1\.5 MiB'
        $list | Should -Match '\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ \(3h ago\)'
    }

    It 'has no color if the host does not support colors' {
        $script:deployment | Out-String -Width 120 | Should -Not -Match '\x1b'
        $script:deployment | Format-List | Out-String -Width 120 | Should -Not -Match '\x1b'
    }

    It 'has a color for the status if the host supports colors' {
        if (-not $Host.UI.SupportsVirtualTerminal) {
            Set-ItResult -Skipped -Because 'this host does not support colors'
        }
        $PSStyle.OutputRendering = 'Ansi'
        $script:deployment | Out-String -Width 120 | Should -Match '\x1b\[32m *Success'
        $failed = [PxxlPeriscope.Deployment]@{ Id = 'dep_x'; Status = 'Failed' }
        $failed | Out-String -Width 120 | Should -Match '\x1b\[31m *Failed'
    }

    It 'has no color with NO_COLOR' {
        $before = $env:NO_COLOR
        $env:NO_COLOR = '1'
        try {
            $output = Invoke-ChildShell -Script 'Import-Module $Module; Get-PxxlDeployment -First 3 | Out-String -Width 120'
        }
        finally {
            $env:NO_COLOR = $before
        }
        $output | Should -Match 'dep_'
        $output | Should -Not -Match '\x1b\[3\dm *(Success|Queued|InProgress)'
    }
}

Describe 'The view of <Type>' -ForEach @(
    @{ Type = 'a project'; Heading = 'Id +Name +Status'; Call = { Get-PxxlProject } }
    @{ Type = 'a line of a log'; Heading = 'Time \(UTC\) +Kind +Text'; Call = { Get-PxxlDeployment -Status Failed | Get-PxxlDeploymentLog -Tail 20 } }
    @{ Type = 'a change'; Heading = 'At \(UTC\) +Change +Id +Project'; Call = {
            Watch-PxxlDeployment -Since 90d | Select-Object -First 20
            [PxxlPeriscope.DeploymentChange]@{ Deployment = $script:deployment; Previous = 'InProgress'; Current = 'RolledBack'; At = [datetimeoffset]::UtcNow }
        }
    }
    @{ Type = 'a variable'; Heading = 'Name +Secret +Scope'; Call = { Get-PxxlProject | Get-PxxlProjectVariable } }
    @{ Type = 'a domain'; Heading = 'Name +Status +Type +ProjectId'; Call = { Get-PxxlDomain } }
    @{ Type = 'a team'; Heading = 'Id +Name +Role +Members +Projects'; Call = { Get-PxxlTeam } }
    @{ Type = 'a receipt'; Heading = 'DeploymentId +Action +Status'; Call = { Get-PxxlDeployment -Environment staging -Status Success -First 2 | Send-PeriscopeDeployment } }
    @{ Type = 'a validation'; Heading = 'DeploymentId'; Call = { New-PeriscopeDeployment -DeploymentId x | Test-PeriscopeDeployment } }
    @{ Type = 'a report'; Heading = 'DeploymentId'; Call = { New-PeriscopeDeployment -DeploymentId x -CommitSha 1a2b3c4 -Status success } }
    @{ Type = 'a budget'; Heading = 'Metric +Severity +Used +Limit +Percent +End of month'; Call = {
            Get-PxxlUsage | Test-PxxlBudget -ArtifactStorage 80% -BuildMinutes 1 -Deployments 10 -PassThru
            [PxxlPeriscope.BudgetFinding]@{ Metric = 'BuildMinutes'; Unit = 'minutes'; Used = 123456.7; Limit = 400000; WarnAtPercent = 75; Projected = 234567.8 }
        }
    }
    @{ Type = 'the usage of a project'; Heading = 'ProjectId +Project +Deployments'; Call = { (Get-PxxlUsage).Projects } }
) {
    It 'is a table that fits into <_> columns' -ForEach 80, 120 {
        $PSStyle.OutputRendering = 'PlainText'
        $lines = (& $Call | Out-String -Width $_) -split '\r?\n' | Where-Object { $_ }
        $lines[0] | Should -Match $Heading
        foreach ($line in $lines) {
            $line.Length | Should -BeLessOrEqual $_
        }
    }
}

Describe 'The view of usage' {
    It 'has units, and is empty where the service sends no value' {
        $PSStyle.OutputRendering = 'PlainText'
        $shown = Get-PxxlUsage | Out-String -Width 120
        $shown | Should -Match '(?m)^Storage +: [\d.]+ (KiB|MiB|GiB) of [\d.]+ GiB \([\d.]+ %\)'
        $shown | Should -Match '(?m)^Build time, month +: \d+[hms:]'
        $shown | Should -Match '(?m)^Databases +: *\r?$'
    }
}

Describe 'The view of a connection' {
    It 'shows account, team, scope and where the key came from, but no key' {
        $PSStyle.OutputRendering = 'PlainText'
        $shown = Connect-Pxxl | Out-String -Width 120
        $shown | Should -Match 'Account +: ada@harbour-labs\.example'
        $shown | Should -Match 'Key from +: environment variable PXXL_API_KEY'
        $shown | Should -Not -Match ([regex]::Escape($script:sandbox.PxxlKey))
        Disconnect-Pxxl
    }
}

Describe 'Tab completion' {
    It 'completes the statuses, normalized ones first' {
        $words = Get-Completion 'Get-PxxlDeployment -Status '
        $words[0..2].CompletionText | Should -Be 'Queued', 'InProgress', 'Success'
        $words.CompletionText | Should -Contain 'RolledBack'
        $words.CompletionText | Should -Contain 'building'
        $words.ToolTip | Should -Not -Contain ''
    }

    It 'completes <Line>' -ForEach @(
        @{ Line = 'Get-PxxlDeployment -Status Fa'; First = 'Failed' }
        @{ Line = 'Get-PxxlDeployment -Status Failed, Roll'; First = 'RolledBack' }
        @{ Line = 'Get-PxxlDeployment -Environment pro'; First = 'production' }
        @{ Line = 'New-PeriscopeDeployment -Environment st'; First = 'staging' }
        @{ Line = 'New-PeriscopeDeployment -Status in'; First = 'in_progress' }
        @{ Line = 'Test-PxxlSignature -Scheme Hashed'; First = 'HashedSecret' }
        @{ Line = 'Invoke-PxxlApi -Method PA'; First = 'PATCH' }
        @{ Line = 'Send-PxxlNotification -As Di'; First = 'Discord' }
    ) {
        (Get-Completion $Line)[0].CompletionText | Should -Be $First
    }

    It 'completes each word once, in TabExpansion2 as well' {
        $words = (TabExpansion2 -inputScript 'Get-PxxlDeployment -Status ' -cursorColumn 27).CompletionMatches.CompletionText
        @($words | Group-Object | Where-Object Count -GT 1) | Should -BeNullOrEmpty
    }

    It 'makes no request' {
        Invoke-SandboxControl -Path 'requests' -Method Delete
        $null = Get-Completion 'Get-PxxlDeployment -Status '
        $null = Get-Completion 'Get-PxxlDeployment -Environment '
        Get-SandboxRequest | Should -BeNullOrEmpty
    }
}

Describe 'Text from a service or a file' {
    BeforeAll {
        $escape, $bell = [char] 27, [char] 7
        # Sets the clipboard and the title, clears the screen, starts a line with a command of GitHub Actions, and reverses the reading direction.
        $script:hostile = "start$escape]52;c;ZXZpbA==$bell$escape]0;title$bell$escape[2J$([char] 0x9b)31m`r`n::add-mask::x$([char] 0x202e)end"
        $script:harmful = '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e]|(?m)^\s*::'

        function New-Hostile {
            # An object with the text in every property of type string, at every depth that a view shows.
            param([type] $Type)
            $object = [System.Activator]::CreateInstance($Type)
            foreach ($property in $Type.GetProperties() | Where-Object CanWrite) {
                if ($property.PropertyType -eq [string]) { $property.SetValue($object, $script:hostile) }
                elseif ($property.PropertyType -eq [PxxlPeriscope.Deployment]) { $property.SetValue($object, (New-Hostile -Type $property.PropertyType)) }
                elseif ($property.PropertyType -eq [PxxlPeriscope.DeploymentReport]) { $property.SetValue($object, (New-Hostile -Type $property.PropertyType)) }
                elseif ($property.PropertyType -eq [System.Collections.Generic.IReadOnlyList[string]]) { $property.SetValue($object, [string[]] $script:hostile) }
            }
            $object
        }
    }

    BeforeEach { $PSStyle.OutputRendering = 'PlainText' }

    It 'does not control the terminal in the <Format> of <Type>' -ForEach @(
        foreach ($type in 'Deployment', 'DeploymentChange', 'Project', 'Usage', 'ProjectUsage', 'Domain', 'Team', 'ProjectVariable', 'DeploymentReport', 'Receipt', 'OutboxItem') {
            @{ Type = $type; Format = 'default view' }
        }
        @{ Type = 'Deployment'; Format = 'list' }
    ) {
        $object = New-Hostile -Type "PxxlPeriscope.$Type"
        $text = if ($Format -eq 'default view') { $object | Out-String -Width 400 } else { $object | Format-List | Out-String -Width 400 }
        $text | Should -Not -BeNullOrEmpty
        $text | Should -Not -Match $script:harmful
    }

    It 'does not control the terminal in the table of a rejected report' {
        $check = New-Hostile -Type PxxlPeriscope.DeploymentReport | Test-PeriscopeDeployment
        $check | Out-String -Width 400 | Should -Not -Match $script:harmful
    }

    It 'does not control the terminal in warnings and verbose messages' {
        $deployment = [PxxlPeriscope.Deployment]@{ Id = $script:hostile; ProjectName = $script:hostile; CommitSha = "zip-$script:hostile"; Status = 'Success'; CreatedAt = '2026-01-31T12:00:00Z' }
        $run = Invoke-Recorded { $deployment | ConvertTo-PeriscopeDeployment -Verbose; Start-PxxlDeployment -ProjectId $script:hostile -WhatIf -Verbose }
        $run.Warnings | Should -Match 'start'
        @($run.Warnings) + @($run.Verbose) -join '|' | Should -Not -Match $script:harmful
    }

    It 'does not control the terminal in -WhatIf of <Name>' -ForEach @(
        @{ Name = 'Start-PxxlDeployment'; Script = 'Start-PxxlDeployment -ProjectId $text -WhatIf' }
        @{
            Name = 'Send-PeriscopeDeployment'
            Script = '[PxxlPeriscope.DeploymentReport]@{ DeploymentId = "ci-1"; CommitSha = "1a2b3c4d"; Environment = $text; Status = "pending"; Service = $text; StartedAt = "2026-01-31T12:00:00Z" } | Send-PeriscopeDeployment -WhatIf'
        }
    ) {
        # -WhatIf is written by the host, so in another PowerShell.
        $text = Invoke-ChildShell -Script "Import-Module -Name `$Module`n`$text = '$($script:hostile)'`n$Script"
        $text | Should -Match 'What if: .*start'
        $text | Should -Not -Match $script:harmful
    }
}
