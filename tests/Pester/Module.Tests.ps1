BeforeDiscovery {
    $script:names = @(
        'Connect-Periscope', 'Connect-Pxxl', 'ConvertFrom-PxxlWebhook', 'ConvertTo-PeriscopeDeployment', 'Disconnect-Periscope', 'Disconnect-Pxxl', 'Get-PeriscopeConnection'
        'Get-PeriscopeOutboxItem', 'Get-PxxlConnection', 'Get-PxxlDeployment', 'Get-PxxlDeploymentLog', 'Get-PxxlDomain', 'Get-PxxlProject', 'Get-PxxlProjectVariable'
        'Get-PxxlTeam', 'Get-PxxlUsage', 'Invoke-PxxlApi', 'New-PeriscopeDeployment', 'New-PxxlSignature', 'Receive-PxxlWebhook', 'Remove-PeriscopeOutboxItem'
        'Send-PeriscopeDeployment', 'Send-PeriscopeOutboxItem', 'Send-PxxlNotification', 'Start-PxxlDeployment', 'Sync-PeriscopeDeployment'
        'Test-PeriscopeDeployment', 'Test-PxxlBudget', 'Test-PxxlSignature', 'Wait-PxxlDeployment', 'Watch-PxxlDeployment'
    )
}

BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    $script:sandbox = Open-Sandbox -Deployments 120
    $script:module = Get-TestedModule
    $script:isolated = @(Get-ChildItem -Path (Join-Path -Path $script:module -ChildPath 'bin/net8.0/isolated') -Filter *.dll).BaseName

    # Lists the loaded assemblies and their load contexts as JSON. Use $assemblies = & $list in a child process.
    $script:listing = @'
$list = {
    [System.Runtime.Loader.AssemblyLoadContext]::All | ForEach-Object -Process {
        $context = $_
        $context.Assemblies | ForEach-Object -Process {
            @{ Context = $context.Name; IsDefault = $context -eq [System.Runtime.Loader.AssemblyLoadContext]::Default; Name = $_.GetName().Name; Version = "$($_.GetName().Version)"; Location = $_.Location }
        }
    }
}
'@
}

AfterAll { Close-Sandbox }

Describe 'The manifest' {
    BeforeAll {
        $script:manifest = Test-ModuleManifest -Path (Join-Path -Path $script:module -ChildPath 'PxxlPeriscope.psd1') -ErrorAction Stop
    }

    It 'is valid and has a version' {
        $script:manifest.Version | Should -BeGreaterThan ([version] '0.0.0')
        $script:manifest.PowerShellVersion | Should -Be '5.1'
        $script:manifest.CompatiblePSEditions | Should -Be 'Core', 'Desktop'
        $script:manifest.Description | Should -Not -BeNullOrEmpty
    }

    It 'exports exactly the expected cmdlets' -ForEach @{ Names = $script:names } {
        $script:manifest.ExportedCommands.Keys | Sort-Object | Should -Be ($Names | Sort-Object)
        $script:manifest.ExportedAliases.Count | Should -Be 0
        $script:manifest.ExportedVariables.Count | Should -Be 0
    }

    It 'exports all compiled cmdlets' {
        $compiled = [PxxlPeriscope.PowerShell.Commands.GetPxxlUsage].Assembly.GetExportedTypes() | ForEach-Object -Process {
            $attribute = $_.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false)
            if ($attribute) {
                "$($attribute[0].VerbName)-$($attribute[0].NounName)"
            }
        }
        $compiled | Sort-Object | Should -Be ($script:manifest.ExportedCmdlets.Keys | Sort-Object)
        (Get-Command -Module PxxlPeriscope).Name | Sort-Object | Should -Be ($compiled | Sort-Object)
    }
}

Describe '<_>' -ForEach $script:names {
    BeforeAll { $script:command = Get-Command -Name $_ -Module PxxlPeriscope }

    It 'has an approved verb' {
        (Get-Verb -Verb $script:command.Verb) | Should -Not -BeNullOrEmpty
    }

    It 'declares its output types' {
        @($script:command.OutputType).Count | Should -BeGreaterOrEqual 1
    }

    It 'has -Connection only if it calls a service with a key' {
        $calls = $_ -in 'Get-PxxlDeployment', 'Get-PxxlDeploymentLog', 'Get-PxxlDomain', 'Get-PxxlProject', 'Get-PxxlProjectVariable', 'Get-PxxlTeam',
        'Get-PxxlUsage', 'Invoke-PxxlApi', 'Send-PeriscopeDeployment', 'Send-PeriscopeOutboxItem', 'Start-PxxlDeployment', 'Wait-PxxlDeployment', 'Watch-PxxlDeployment',
        # These two call Pxxl with -Refresh.
        'ConvertFrom-PxxlWebhook', 'Receive-PxxlWebhook'
        $script:command.Parameters.ContainsKey('Connection') | Should -Be $calls
    }

    It 'has a connection parameter for each service if it calls both' {
        foreach ($parameter in 'PxxlConnection', 'PeriscopeConnection') {
            $script:command.Parameters.ContainsKey($parameter) | Should -Be ($_ -eq 'Sync-PeriscopeDeployment')
        }
    }

    It 'has -TeamId only if it calls Pxxl with a key' {
        $asks = ($script:command.Noun -like 'Pxxl*' -and $script:command.Parameters.ContainsKey('Connection')) -or $_ -in 'Connect-Pxxl', 'Sync-PeriscopeDeployment'
        $names = @($script:command.Parameters.Keys) + @($script:command.Parameters.Values.Aliases)
        $names -contains 'TeamId' | Should -Be $asks
    }

    It 'supports -WhatIf only if it changes something' {
        $script:command.Parameters.ContainsKey('WhatIf') | Should -Be (
            $_ -in 'Invoke-PxxlApi', 'Remove-PeriscopeOutboxItem', 'Send-PeriscopeDeployment', 'Send-PeriscopeOutboxItem', 'Send-PxxlNotification', 'Start-PxxlDeployment', 'Sync-PeriscopeDeployment')
    }

    It 'has no negative switch, and only parameter names in PascalCase' {
        foreach ($parameter in $script:command.Parameters.Values) {
            $parameter.Name | Should -MatchExactly '^[A-Z][A-Za-z]+$'
        }
    }
}

Describe 'The folder' {
    It 'contains no assembly of PowerShell, and none of the .NET runtime' {
        $files = (Get-ChildItem -LiteralPath $script:module -Recurse -File).Name
        $files | Should -Not -Contain 'System.Management.Automation.dll'
        $core = (Get-ChildItem -LiteralPath (Join-Path -Path $script:module -ChildPath 'bin/net8.0') -Recurse -File -Filter *.dll).Name
        # The only one that the web server needs and .NET 8 does not provide; on .NET 10 it is loaded from the host.
        $core -like 'System.*' | Should -Be 'System.IO.Pipelines.dll'
        $core | Where-Object { $_ -notmatch '^(PxxlPeriscope(\.Http|\.PowerShell|\.Server)?|System\.IO\.Pipelines|Microsoft\.Net\.Http\.Headers|Microsoft\.AspNetCore\.(Server\.Kestrel\.(Core|Transport\.(Abstractions|Sockets))|(Connections|Hosting|Hosting\.Server|Http)\.Abstractions|Http\.Features|WebUtilities)|Microsoft\.Extensions\.(FileProviders|Hosting)\.Abstractions|Polly\.Core|Microsoft\.Extensions\.(Http|Options(\.ConfigurationExtensions)?|Primitives|Configuration\.Binder|(Configuration|DependencyInjection|Diagnostics|Logging)(\.Abstractions)?))\.dll$' } | Should -BeNullOrEmpty
    }

    It 'has a build for each edition' {
        foreach ($target in 'net8.0', 'netstandard2.0') {
            Join-Path -Path $script:module -ChildPath "bin/$target/PxxlPeriscope.PowerShell.dll" | Should -Exist
            Join-Path -Path $script:module -ChildPath "bin/$target/isolated/PxxlPeriscope.Http.dll" | Should -Exist
            Join-Path -Path $script:module -ChildPath "bin/$target/isolated/PxxlPeriscope.Server.dll" | Should -Exist
        }
    }

    It 'has paths that are short enough for Azure Automation' {
        Get-ChildItem -LiteralPath $script:module -Recurse -File | ForEach-Object -Process {
            "PxxlPeriscope$($_.FullName.Substring($script:module.Length))".Length | Should -BeLessThan 140
        }
    }
}

Describe 'Loading' {
    BeforeEach { Reset-Sandbox }

    It 'imports without a request, and loads no isolated package before the first request' {
        $script = $script:listing + @'

Import-Module -Name $Module
$imported = @(& $list)
$null = Get-PxxlConnection
$null = New-PeriscopeDeployment -DeploymentId x
$local = @(& $list)
$requests = (Invoke-RestMethod -Uri "${env:PERISCOPE_API_URL}_sandbox/requests" -NoProxy).requests.Count
$null = Get-PxxlUsage
ConvertTo-Json -InputObject @{ Imported = $imported; Local = $local; Called = @(& $list); Requests = $requests } -Depth 4 -Compress
'@
        $result = Invoke-ChildShell -Script $script | ConvertFrom-Json
        $result.Requests | Should -Be 0
        $result.Imported.Name | Should -Contain 'PxxlPeriscope.PowerShell'
        $result.Imported.Name | Where-Object { $_ -in $script:isolated } | Should -BeNullOrEmpty
        $result.Local.Name | Where-Object { $_ -in $script:isolated } | Should -BeNullOrEmpty

        $ours = $result.Called | Where-Object Location -Like '*isolated*'
        $ours.Name | Should -Contain 'Polly.Core'
        $ours.Name | Should -Contain 'PxxlPeriscope.Http'
        $ours.Name | Should -Not -Contain 'PxxlPeriscope.Server'
        $ours.Name -like 'Microsoft.AspNetCore.*' | Should -BeNullOrEmpty
        $ours.Context | Select-Object -Unique | Should -Be 'PxxlPeriscope'
        # An assembly that the host provides is loaded from the host, once.
        foreach ($name in 'System.Text.Json', 'System.Diagnostics.DiagnosticSource', 'PxxlPeriscope') {
            @($result.Called | Where-Object Name -EQ $name).Count | Should -Be 1 -Because "$name must be loaded once"
        }
    }

    It 'loads the web server with the first receiver, in isolation, and no assembly twice' {
        $script = $script:listing + @'

Import-Module -Name $Module
$null = Get-PxxlUsage
$probe = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
$probe.Start()
$port = $probe.LocalEndpoint.Port
$probe.Stop()
$null = Receive-PxxlWebhook -Secret x -Prefix "http://127.0.0.1:$port/" -InboxPath $Inbox -TimeoutSec 1
ConvertTo-Json -InputObject @{ Loaded = @(& $list) } -Depth 4 -Compress
'@
        $result = Invoke-ChildShell -Script $script -Variable @{ Inbox = Join-Path -Path $TestDrive -ChildPath 'inbox' } | ConvertFrom-Json
        $ours = $result.Loaded | Where-Object Location -Like '*isolated*'
        $ours.Name | Should -Contain 'PxxlPeriscope.Server'
        $ours.Name | Should -Contain 'Microsoft.AspNetCore.Server.Kestrel.Core'
        $ours.Context | Select-Object -Unique | Should -Be 'PxxlPeriscope'
        $result.Loaded | Where-Object Location | Group-Object -Property Name | Where-Object Count -GT 1 | ForEach-Object Name | Should -BeNullOrEmpty
    }

    It 'can be imported, removed, and imported again with and without -Force, without keeping its connection' {
        $result = Invoke-ChildShell -Script @'
$key = $env:PXXL_API_KEY
$env:PXXL_API_KEY = $null
Import-Module -Name $Module
$null = Connect-Pxxl -ApiKey $key
$before = [bool] (Get-PxxlConnection)
Remove-Module -Name PxxlPeriscope
$left = @(Get-Command -Name Get-PxxlUsage -ErrorAction Ignore | Where-Object Module).Count
Import-Module -Name $Module
$after = [bool] (Get-PxxlConnection)
$null = Connect-Pxxl -ApiKey $key
Import-Module -Name $Module -Force
$forced = [bool] (Get-PxxlConnection)
$null = Connect-Pxxl -ApiKey $key
ConvertTo-Json -InputObject @{ Before = $before; Left = $left; After = $after; Forced = $forced; Works = @(Get-PxxlProject).Count; Loaded = @(Get-Module -Name PxxlPeriscope).Count } -Compress
'@ | ConvertFrom-Json
        $result.Before | Should -BeTrue
        $result.Left | Should -Be 0
        $result.After | Should -BeFalse
        $result.Works | Should -Be 6
        $result.Loaded | Should -Be 1
    }

    It 'works together with a module that has loaded older versions of Polly and Microsoft.Extensions.*' -Skip:(-not (Get-Command -Name dotnet -ErrorAction Ignore)) {
        $folder = Join-Path -Path $TestDrive -ChildPath 'Other'
        $null = New-Item -Path $folder -ItemType Directory
        Set-Content -Path (Join-Path -Path $folder -ChildPath 'Older.csproj') -Value @'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net8.0</TargetFramework>
    <CopyLocalLockFileAssemblies>true</CopyLocalLockFileAssemblies>
    <NoWarn>$(NoWarn);NU1603;NU1902;NU1903;NU1904</NoWarn>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Polly.Core" Version="8.5.2" />
    <PackageReference Include="Polly" Version="7.2.4" />
    <PackageReference Include="Microsoft.Extensions.Http" Version="5.0.0" />
  </ItemGroup>
</Project>
'@
        $said = & dotnet build (Join-Path -Path $folder -ChildPath 'Older.csproj') --output (Join-Path -Path $folder -ChildPath 'lib') --nologo -v quiet 2>&1
        if ($LASTEXITCODE -ne 0) {
            Set-ItResult -Skipped -Because "the older packages cannot be restored: $($said | Select-Object -First 1)"
        }
        Set-Content -Path (Join-Path -Path $folder -ChildPath 'Other.psm1') -Value @'
Get-ChildItem -Path (Join-Path -Path $PSScriptRoot -ChildPath 'lib') -Filter *.dll | Where-Object Name -Match '^(Polly|Microsoft\.Extensions)\.' | ForEach-Object -Process {
    [void] [System.Reflection.Assembly]::LoadFrom($_.FullName)
}
function Get-OtherPolicy { [Polly.Policy]::NoOp().Execute([System.Func[string]] { 'served' }) }
'@
        $script = $script:listing + @'

Import-Module -Name $Other
Import-Module -Name $Module
$receipts = @(Get-PxxlDeployment -Since (Get-Date).AddDays(-7) | Send-PeriscopeDeployment).Count
ConvertTo-Json -InputObject @{ Receipts = $receipts; Assemblies = @(& $list); Policy = Get-OtherPolicy } -Depth 4 -Compress
'@
        $result = Invoke-ChildShell -Script $script -Variable @{ Other = Join-Path -Path $folder -ChildPath 'Other.psm1' } |
            ConvertFrom-Json
        $result.Receipts | Should -BeGreaterThan 0
        $result.Policy | Should -Be 'served'
        foreach ($name in 'Polly.Core', 'Microsoft.Extensions.Http', 'Microsoft.Extensions.Options') {
            $theirs = $result.Assemblies | Where-Object { $_.Name -eq $name -and $_.Location -like '*Other*' }
            $ours = $result.Assemblies | Where-Object { $_.Name -eq $name -and $_.Location -like '*isolated*' }
            @($theirs).Count | Should -Be 1 -Because "$name is loaded by the other module"
            @($ours).Count | Should -Be 1 -Because "$name is loaded by this module as well"
            [System.Diagnostics.FileVersionInfo]::GetVersionInfo($ours.Location).FileVersion |
                Should -Not -Be ([System.Diagnostics.FileVersionInfo]::GetVersionInfo($theirs.Location).FileVersion)
            $ours.Context | Should -Be 'PxxlPeriscope'
        }
        foreach ($name in 'System.Text.Json', 'System.Diagnostics.DiagnosticSource') {
            @($result.Assemblies | Where-Object Name -EQ $name).Count | Should -Be 1
        }
    }

    It 'runs the main job in the build for Windows PowerShell, as far as this PowerShell can test it' {
        $result = Invoke-ChildShell -Variable @{ Build = Join-Path -Path $script:module -ChildPath 'bin/netstandard2.0/PxxlPeriscope.PowerShell.dll' } -Script @'
Import-Module -Name $Build
$receipts = @(Get-PxxlDeployment -Since (Get-Date).AddDays(-7) | Send-PeriscopeDeployment)
$null = Connect-Pxxl
ConvertTo-Json -InputObject @{ Receipts = $receipts.Count; Created = @($receipts | Where-Object Action -EQ 'Created').Count; Path = [PxxlPeriscope.Deployment].Assembly.Location; Usage = (Get-PxxlUsage).TotalDeployments } -Compress
'@ | ConvertFrom-Json
        $result.Path | Should -Match 'netstandard2\.0'
        $result.Receipts | Should -BeGreaterThan 0
        $result.Created | Should -Be $result.Receipts
        $result.Usage | Should -Be 120
        @(Get-SandboxReport).Count | Should -Be $result.Receipts
    }
}

Describe 'Runspaces' {
    BeforeEach { Reset-Sandbox }

    It 'use the keys of the environment in ForEach-Object -Parallel' {
        $path = $script:module
        $counts = 1..4 | ForEach-Object -ThrottleLimit 4 -Parallel {
            Import-Module -Name $using:path
            @(Get-PxxlDeployment -First 30).Count
        }
        $counts | Should -Be 30, 30, 30, 30
    }

    It 'accept a connection from another runspace' {
        $connection = Connect-Pxxl
        Clear-SandboxKey
        $path = $script:module
        $counts = 1..4 | ForEach-Object -ThrottleLimit 4 -Parallel {
            Import-Module -Name $using:path
            @(Get-PxxlProject -Connection $using:connection).Count
        }
        $counts | Should -Be 6, 6, 6, 6
    }

    It 'have separate connections' {
        Clear-SandboxKey
        $initial = [System.Management.Automation.Runspaces.InitialSessionState]::CreateDefault()
        $initial.ImportPSModule([string[]] @($script:module))
        $shells = foreach ($number in 1, 2) {
            $shell = [powershell]::Create($initial)
            $null = $shell.AddScript('param($slug) if ($slug) { $null = Connect-Periscope -ApiKey psk_live_x -OrganizationSlug $slug }; (Get-PeriscopeConnection).OrganizationSlug')
            $shell
        }
        try {
            $shells[0].AddArgument('first').Invoke() | Should -Be 'first'
            $shells[1].Invoke() | Should -Be $null
            (Invoke-Recorded { Get-PeriscopeConnection }).Output | Should -BeNullOrEmpty
        }
        finally {
            $shells.ForEach({ $_.Dispose() })
        }
    }
}
