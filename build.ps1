<#
.SYNOPSIS
Builds, tests, analyzes, shows, measures or packs the module. A thin face over dotnet, which does the work.
.DESCRIPTION
Test runs the durability tests in a small size. Bench runs them in full, after the benchmark: 5,000 deployments with a third of all
calls failing, 50 processes killed, two at once, Periscope down. On their own, with PXXLPERISCOPE_DURABILITY set to full:
dotnet test --project tests/PxxlPeriscope.Tests --filter-trait Kind=Durability

Analyze needs the module PSScriptAnalyzer, which the tests do not.
.EXAMPLE
./build.ps1 -Task Test
#>
#Requires -Version 5.1
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Analyze', 'Demo', 'Bench', 'Package', 'Clean')]
    [string] $Task = 'Build'
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$out = Join-Path $PSScriptRoot 'out'
$module = Join-Path $out 'PxxlPeriscope'

# Azure Automation takes no longer path inside of a module.
$longestPath = 140

function Invoke-Dotnet {
    # Not an advanced function: one would take -c for itself.
    & dotnet $args
    if ($LASTEXITCODE -ne 0) { throw "dotnet $args ended with exit code $LASTEXITCODE." }
}

function Compress-Module {
    if (Test-Path -Path $module) { Remove-Item -Path $module -Recurse -Force }
    Invoke-Dotnet build $PSScriptRoot --configuration Release --nologo

    $tooLong = Get-ChildItem -Path $module -Recurse -File |
        Where-Object { $_.FullName.Substring($out.Length + 1).Length -ge $longestPath }
    if ($tooLong) { throw "Paths of $longestPath characters or more: $($tooLong.FullName -join ', ')" }

    $version = (Import-PowerShellDataFile -Path (Join-Path $module 'PxxlPeriscope.psd1')).ModuleVersion
    # Azure Automation takes the module's name from the file's; the gallery and people want the version.
    $zip = Join-Path (New-Item -ItemType Directory -Force -Path (Join-Path $out $version)).FullName 'PxxlPeriscope.zip'
    if (Test-Path -Path $zip) { Remove-Item -Path $zip }
    Add-Type -AssemblyName System.IO.Compression.FileSystem
    [System.IO.Compression.ZipFile]::CreateFromDirectory($module, $zip, 'Optimal', $true)
    Get-Item -Path $zip
}

function Test-Durability {
    $before = $env:PXXLPERISCOPE_DURABILITY
    $env:PXXLPERISCOPE_DURABILITY = 'full'
    Push-Location -Path $PSScriptRoot
    try {
        Invoke-Dotnet test --project tests/PxxlPeriscope.Tests --configuration Release --filter-trait Kind=Durability --show-live-output on
    }
    finally {
        Pop-Location
        $env:PXXLPERISCOPE_DURABILITY = $before
    }
}

function Test-Script {
    # Rules of the analyzer run side by side, and now and then one of them fails inside of the analyzer: that is asked again. A finding is not.
    Import-Module -Name PSScriptAnalyzer
    $settings = Join-Path $PSScriptRoot 'PSScriptAnalyzerSettings.psd1'
    $names = Import-PowerShellDataFile -Path $settings
    $unknown = @($names.Rules.Keys) + @($names.ExcludeRules) | Where-Object { $_ -and $_ -notin (Get-ScriptAnalyzerRule).RuleName }
    if ($unknown) { throw "PSScriptAnalyzerSettings.psd1 names rules that do not exist: $($unknown -join ', ')" }
    $found = foreach ($place in 'build.ps1', 'module', 'tests/Pester', 'docs/samples') {
        for ($try = 1; ; $try++) {
            try {
                Invoke-ScriptAnalyzer -Path (Join-Path $PSScriptRoot $place) -Recurse -Settings $settings -ErrorAction Stop
                break
            }
            catch {
                if ($try -eq 6) { throw }
            }
        }
    }
    $found
    if ($found) { throw "PSScriptAnalyzer has $(@($found).Count) findings." }
}

switch ($Task) {
    'Build' { Invoke-Dotnet build $PSScriptRoot --nologo }
    'Test' {
        Push-Location -Path $PSScriptRoot
        try { Invoke-Dotnet test } finally { Pop-Location }
    }
    'Analyze' { Test-Script }
    'Demo' { Invoke-Dotnet run (Join-Path $PSScriptRoot 'docs/samples/demo.cs') }
    'Bench' {
        # What is measured is what would ship.
        Invoke-Dotnet build (Join-Path $PSScriptRoot 'src/PxxlPeriscope.PowerShell') --configuration Release --nologo --verbosity quiet
        Invoke-Dotnet run --configuration Release --project (Join-Path $PSScriptRoot 'tests/PxxlPeriscope.Benchmarks')
        Test-Durability
    }
    'Package' { Compress-Module }
    'Clean' {
        Invoke-Dotnet clean $PSScriptRoot --nologo --verbosity quiet
        if (Test-Path -Path $out) { Remove-Item -Path $out -Recurse -Force }
    }
}
