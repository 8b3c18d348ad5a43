<#
.SYNOPSIS
Builds, tests, analyzes, demonstrates, measures or packages the module with dotnet.
.DESCRIPTION
The Test task runs the durability tests on a small scale. The Bench task runs the benchmark and the full durability tests: 5,000
deployments with a third of all calls failing, 50 killed processes, two concurrent processes, and a Periscope outage. To run only the
full durability tests, set the environment variable PXXLPERISCOPE_DURABILITY to full and run:
dotnet test --project tests/PxxlPeriscope.Tests --filter-trait Kind=Durability

The Analyze task requires the PSScriptAnalyzer module, which the tests do not.
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

# The longest path in a module that Azure Automation accepts.
$longestPath = 140

function Invoke-Dotnet {
    # Not an advanced function, which would interpret -c as a common parameter.
    & dotnet $args
    if ($LASTEXITCODE -ne 0) { throw "dotnet $args exited with code $LASTEXITCODE." }
}

function Compress-Module {
    if (Test-Path -Path $module) { Remove-Item -Path $module -Recurse -Force }
    Invoke-Dotnet build $PSScriptRoot --configuration Release --nologo

    $tooLong = Get-ChildItem -Path $module -Recurse -File |
        Where-Object { $_.FullName.Substring($out.Length + 1).Length -ge $longestPath }
    if ($tooLong) { throw "Paths of $longestPath characters or more: $($tooLong.FullName -join ', ')" }

    $version = (Import-PowerShellDataFile -Path (Join-Path $module 'PxxlPeriscope.psd1')).ModuleVersion
    # Azure Automation derives the module name from the file name; the gallery and users expect the version in it.
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
    # The analyzer runs its rules concurrently, and sometimes one of them fails with an internal error. Such errors are retried; findings
    # are not.
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
        # Measures the module that would be shipped.
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
