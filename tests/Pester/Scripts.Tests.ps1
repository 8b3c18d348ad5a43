BeforeDiscovery {
    $root = (Resolve-Path -Path (Join-Path -Path $PSScriptRoot -ChildPath '../..')).ProviderPath
    $places = 'build.ps1', 'module/*.ps*1', 'tests/Pester/*.ps1', 'docs/samples/*.ps1'
    $script:scripts = @(Get-Item -Path ($places | ForEach-Object -Process { Join-Path -Path $root -ChildPath $_ }) -ErrorAction Ignore |
            Where-Object Extension -NE '.ps1xml' |
            ForEach-Object -Process { @{ Path = $_.FullName; Script = [System.IO.Path]::GetRelativePath($root, $_.FullName) } })
}

BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    $script:root = (Resolve-Path -Path (Join-Path -Path $PSScriptRoot -ChildPath '../..')).ProviderPath
    $script:settings = Join-Path -Path $script:root -ChildPath 'PSScriptAnalyzerSettings.psd1'
    $script:analyzer = Get-Module -Name PSScriptAnalyzer -ListAvailable | Select-Object -First 1
    if ($script:analyzer) {
        # In a PowerShell of its own, and all files at once: the analyzer keeps runspaces that do not go well with Pester's.
        $analysis = @'
Import-Module -Name PSScriptAnalyzer
$paths = 'build.ps1', 'module', 'tests/Pester', 'docs/samples' | ForEach-Object -Process { Join-Path -Path $Root -ChildPath $_ } | Where-Object { Test-Path -LiteralPath $_ }
$found = @($paths | ForEach-Object -Process { Invoke-ScriptAnalyzer -Path $_ -Recurse -Settings $Settings })
ConvertTo-Json -InputObject @{
    Rules = @((Get-ScriptAnalyzerRule).RuleName)
    Found = @($found | ForEach-Object -Process { @{ Path = $_.ScriptPath; Text = "line $($_.Line): $($_.RuleName): $($_.Message)" } })
} -Depth 4 -Compress
'@
        # The analyzer runs its rules at the same time, and now and then one of them falls over another inside of it, for the life of
        # its process. Another process helps. What it finds in a script is no failure of it, and is never asked for again.
        for ($try = 1; -not $script:found; $try++) {
            try {
                $script:found = Invoke-ChildShell -Script $analysis -Variable @{ Root = $script:root; Settings = $script:settings } | ConvertFrom-Json
            }
            catch {
                if ($try -eq 6) { throw }
            }
        }
    }
}

Describe '<Script>' -ForEach $script:scripts {
    It 'is clean for PSScriptAnalyzer' {
        if (-not $script:analyzer) {
            Set-ItResult -Skipped -Because 'PSScriptAnalyzer is not installed'
        }
        @($script:found.Found | Where-Object Path -EQ $Path).Text -join "`n" | Should -BeNullOrEmpty
    }

    It 'is plain ASCII or says that it is UTF-8, for Windows PowerShell 5.1' {
        $bytes = [System.IO.File]::ReadAllBytes($Path)
        $hasMark = $bytes.Length -ge 3 -and $bytes[0] -eq 0xEF -and $bytes[1] -eq 0xBB -and $bytes[2] -eq 0xBF
        $isTest = $Script -like 'tests*'
        ($isTest -or $hasMark -or @($bytes -gt 127).Count -eq 0) | Should -BeTrue
    }
}

Describe 'The tests' {
    It 'never sleep' {
        $isSleeping = { $args[0] -is [System.Management.Automation.Language.CommandAst] -and $args[0].GetCommandName() -in 'Start-Sleep', 'sleep' }
        $sleeping = foreach ($file in Get-Item -Path (Join-Path -Path $PSScriptRoot -ChildPath '*.ps1')) {
            $syntax = [System.Management.Automation.Language.Parser]::ParseFile($file.FullName, [ref] $null, [ref] $null)
            foreach ($call in $syntax.FindAll($isSleeping, $true)) {
                "$($file.Name):$($call.Extent.StartLineNumber)"
            }
        }
        $sleeping | Should -BeNullOrEmpty
    }

    It 'find the analyzer''s settings, which name only rules that exist' {
        $content = Import-PowerShellDataFile -Path $script:settings
        $content.Rules.Keys | Should -Contain 'PSUseCompatibleSyntax'
        if ($script:analyzer) {
            @($content.Rules.Keys) + @($content.ExcludeRules) | Where-Object { $_ -and $_ -notin $script:found.Rules } | Should -BeNullOrEmpty
        }
    }
}
