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
}

Describe '<Script>' -ForEach $script:scripts {
    It 'is plain ASCII or has a UTF-8 byte order mark, for Windows PowerShell 5.1' {
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

    It 'use PSScriptAnalyzer settings that require Windows PowerShell syntax' {
        (Import-PowerShellDataFile -Path $script:settings).Rules.Keys | Should -Contain 'PSUseCompatibleSyntax'
    }
}
