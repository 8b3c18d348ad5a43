BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    $script:sandbox = Open-Sandbox -Deployments 20
    $script:secret = $script:sandbox.WebhookSecret
    $script:sha = '9868bbc0d1f24a5e8b7c6d5e4f3a2b1c0d9e8f7a'
    $script:client = [System.Net.Http.HttpClient]::new([System.Net.Http.SocketsHttpHandler] @{ UseProxy = $false; ConnectTimeout = [timespan]::FromSeconds(5) })
    $script:limit = [timespan]::FromSeconds(30)

    function Get-FreePort {
        $probe = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
        $probe.Start()
        $probe.LocalEndpoint.Port
        $probe.Stop()
    }

    function Get-EventBody {
        param([string] $Id = 'dep_1', [hashtable] $With = @{}, [string] $Name = 'deployment.status_changed')
        $data = @{ id = $Id; status = 'succeeded'; commitSha = $script:sha; createdAt = '2026-01-31T12:00:00Z'; projectName = 'shop' }
        foreach ($key in $With.Keys) {
            $data[$key] = $With[$key]
        }
        ConvertTo-Json -InputObject ([ordered] @{ event = $Name; timestamp = [datetimeoffset]::UtcNow.ToUnixTimeSeconds(); data = $data }) -Depth 6 -Compress
    }

    function Invoke-Delivery {
        # Sends a webhook once and returns the status of the response, or 0 if there is none.
        param([int] $Port, [string] $Body = (Get-EventBody), [string] $Secret = $script:secret, [string] $Path = '/')
        $message = [System.Net.Http.HttpRequestMessage]::new('Post', "http://127.0.0.1:$Port$Path")
        $message.Content = [System.Net.Http.ByteArrayContent]::new([System.Text.Encoding]::UTF8.GetBytes($Body))
        $name = if ($Body -match '"event":"([^"]+)"') { $Matches[1] } else { 'deployment.created' }
        $headers = New-PxxlSignature -Body $Body -Secret $Secret -Event $name
        foreach ($name in $headers.Keys) {
            $message.Headers.Add($name, $headers[$name])
        }
        try {
            [int] $script:client.SendAsync($message).GetAwaiter().GetResult().StatusCode
        }
        catch {
            0
        }
    }

    function Wait-Until {
        # Repeats the check until it is true. The duration does not matter; only a condition that never becomes true fails.
        param([scriptblock] $Condition)
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        while (-not (& $Condition)) {
            if ($watch.Elapsed -gt $script:limit) {
                throw "The condition never became true: $Condition"
            }
        }
    }

    function Wait-Listening {
        param([int] $Port)
        $address = [System.Net.IPEndPoint]::new([System.Net.IPAddress]::Loopback, $Port)
        Wait-Until {
            $probe = [System.Net.Sockets.TcpClient]::new()
            try { $probe.Connect($address); $true } catch { $false } finally { $probe.Dispose() }
        }
    }

    function Open-Receiver {
        # Runs Receive-PxxlWebhook in another runspace until it listens, optionally followed by the rest of a pipeline.
        param([string] $Inbox, [string] $Parameters = '', [string] $Then = '', [int] $Port = (Get-FreePort))
        $initial = [System.Management.Automation.Runspaces.InitialSessionState]::CreateDefault()
        $initial.ImportPSModule([string[]] @(Get-TestedModule))
        $runspace = [runspacefactory]::CreateRunspace($initial)
        $runspace.Open()
        $shell = [powershell]::Create($runspace)
        $output = [System.Management.Automation.PSDataCollection[psobject]]::new()
        $prefix = if ($Parameters -match '-Prefix') { '' } else { "-Prefix 'http://127.0.0.1:$Port/'" }
        $script = "Receive-PxxlWebhook -Secret '$($script:secret)' $prefix -InboxPath '$Inbox' $($Parameters -f $Port) $Then"
        $null = $shell.AddScript($script)
        $call = $shell.BeginInvoke([System.Management.Automation.PSDataCollection[psobject]]::new(), $output)
        $receiver = [pscustomobject] @{ Shell = $shell; Runspace = $runspace; Call = $call; Output = $output; Port = $Port; Inbox = $Inbox }
        $script:receivers.Add($receiver)
        Wait-Listening -Port $Port
        $receiver
    }

    function Wait-Receiver {
        # Waits until the call has ended.
        param([pscustomobject] $Receiver)
        $Receiver.Call.AsyncWaitHandle.WaitOne($script:limit) | Should -BeTrue -Because 'the receiver was to end by itself'
    }

    function Get-Kept {
        param([string] $Inbox, [string] $Like = '*.json')
        @(Get-ChildItem -LiteralPath $Inbox -File -ErrorAction Ignore | Where-Object Name -Like $Like)
    }
}

AfterAll {
    $script:client.Dispose()
    Close-Sandbox
}

Describe 'Receive-PxxlWebhook' {
    BeforeEach {
        Reset-Sandbox
        $script:receivers = [System.Collections.Generic.List[object]]::new()
        $script:inbox = Join-Path -Path $TestDrive -ChildPath "inbox-$([guid]::NewGuid().ToString('n'))"
    }

    AfterEach {
        foreach ($receiver in $script:receivers) {
            $receiver.Shell.Dispose()
            $receiver.Runspace.Dispose()
        }
    }

    It 'returns the event of each genuine webhook, and ends after -Count' {
        $receiver = Open-Receiver -Inbox $script:inbox -Parameters '-Count 2'
        Invoke-Delivery -Port $receiver.Port -Body (Get-EventBody -Id 'dep_1') | Should -Be 200
        Invoke-Delivery -Port $receiver.Port -Body (Get-EventBody -Id 'dep_2') | Should -Be 200
        Wait-Receiver $receiver
        $receiver.Output.Deployment.Id | Should -Be 'dep_1', 'dep_2'
        $receiver.Output[0].Name | Should -Be 'deployment.status_changed'
        Get-Kept -Inbox $script:inbox | Should -BeNullOrEmpty
    }

    It 'refuses a forged webhook with a warning, and continues' {
        $receiver = Open-Receiver -Inbox $script:inbox -Parameters '-Count 1'
        Invoke-Delivery -Port $receiver.Port -Secret 'other' | Should -Be 401
        Get-Kept -Inbox $script:inbox -Like '*' | Should -BeNullOrEmpty
        Invoke-Delivery -Port $receiver.Port -Body (Get-EventBody -Id 'dep_good') | Should -Be 200
        Wait-Receiver $receiver
        $receiver.Output.Deployment.Id | Should -Be 'dep_good'
        @($receiver.Shell.Streams.Warning) -join "`n" | Should -BeLike '*refused*Mismatch*'
    }

    It 'accepts only its -Path' {
        $receiver = Open-Receiver -Inbox $script:inbox -Parameters '-Count 1 -Path /hooks/pxxl'
        Invoke-Delivery -Port $receiver.Port | Should -Be 404
        Invoke-Delivery -Port $receiver.Port -Path '/hooks/pxxl' | Should -Be 200
        Wait-Receiver $receiver
    }

    It 'accepts no body larger than -MaximumBodySize' {
        $receiver = Open-Receiver -Inbox $script:inbox -Parameters '-Count 1 -MaximumBodySize 300'
        Invoke-Delivery -Port $receiver.Port -Body (Get-EventBody -With @{ note = 'x' * 300 }) | Should -Be 413
        Invoke-Delivery -Port $receiver.Port | Should -Be 200
        Wait-Receiver $receiver
    }

    It 'ends after -TimeoutSec without an error if there are no events' {
        $run = Invoke-Recorded { Receive-PxxlWebhook -Secret $script:secret -Prefix "http://127.0.0.1:$(Get-FreePort)/" -InboxPath $script:inbox -TimeoutSec 1 }
        $run.Output | Should -BeNullOrEmpty
        $run.Errors | Should -BeNullOrEmpty
        $run.HasEnded | Should -BeFalse
    }

    It 'stops within a second on Ctrl+C and releases its port' {
        $receiver = Open-Receiver -Inbox $script:inbox
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $receiver.Shell.Stop()
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 1
        $receiver.Shell.InvocationStateInfo.State | Should -Be 'Stopped'
        $receiver.Shell.Streams.Error | Should -BeNullOrEmpty
        $second = Open-Receiver -Inbox $script:inbox -Port $receiver.Port -Parameters '-Count 1'
        Invoke-Delivery -Port $second.Port | Should -Be 200
        Wait-Receiver $second
    }

    It 'ends when the pipeline stops' {
        $receiver = Open-Receiver -Inbox $script:inbox -Then '| Select-Object -First 1'
        Invoke-Delivery -Port $receiver.Port | Should -Be 200
        Wait-Receiver $receiver
        $receiver.Output.Count | Should -Be 1
        $receiver.Shell.HadErrors | Should -BeFalse
    }

    It 'requires no home folder with -InboxPath: <Name>' -ForEach @(
        @{ Name = 'a HOME that cannot be written'; Value = '/dev/null/home' }
        @{ Name = 'an empty HOME'; Value = '' }
        @{ Name = 'a relative HOME'; Value = 'relative' }
    ) {
        $earlier = $env:HOME, $env:XDG_DATA_HOME
        try {
            [Environment]::SetEnvironmentVariable('HOME', $Value)
            [Environment]::SetEnvironmentVariable('XDG_DATA_HOME', $Value)
            $run = Invoke-Recorded { Receive-PxxlWebhook -Secret $script:secret -Prefix "http://127.0.0.1:$(Get-FreePort)/" -InboxPath $script:inbox -TimeoutSec 1 }
        }
        finally {
            [Environment]::SetEnvironmentVariable('HOME', $earlier[0])
            [Environment]::SetEnvironmentVariable('XDG_DATA_HOME', $earlier[1])
        }
        $run.Errors | Should -BeNullOrEmpty
    }

    It 'requires -InboxPath if the default inbox cannot be used: HOME is "<Value>"' -ForEach @(
        @{ Value = '/dev/null/home'; Problem = '/dev/null/home' }
        @{ Value = 'relative'; Problem = 'no home folder.*-InboxPath' }
    ) {
        $earlier = $env:HOME, $env:XDG_DATA_HOME
        try {
            # An address of another machine, so that it fails on Windows too, where HOME is not used.
            [Environment]::SetEnvironmentVariable('HOME', $Value)
            [Environment]::SetEnvironmentVariable('XDG_DATA_HOME', '')
            $run = Invoke-Recorded { Receive-PxxlWebhook -Secret $script:secret -Prefix 'http://192.0.2.1:8787/' -TimeoutSec 1 }
        }
        finally {
            [Environment]::SetEnvironmentVariable('HOME', $earlier[0])
            [Environment]::SetEnvironmentVariable('XDG_DATA_HOME', $earlier[1])
        }
        $run.Errors.FullyQualifiedErrorId | Should -Be 'PxxlCannotReceive,PxxlPeriscope.PowerShell.Commands.ReceivePxxlWebhook'
        $run.Errors[0].ErrorDetails.RecommendedAction | Should -Match '-InboxPath'
        if ($env:OS -ne 'Windows_NT') {
            $run.Errors[0].Exception.Message | Should -Match $Problem
        }
    }

    It 'fails before it listens if <What> cannot be used' -ForEach @(
        @{ What = 'its inbox'; With = { $file = Join-Path -Path $TestDrive -ChildPath 'file'; Set-Content -LiteralPath $file -Value 'x'; @{ InboxPath = $file } } }
        @{ What = 'a folder below a file'; With = { $file = Join-Path -Path $TestDrive -ChildPath 'file'; Set-Content -LiteralPath $file -Value 'x'; @{ InboxPath = "$file/inbox" } } }
        @{ What = 'its prefix'; With = { @{ Prefix = 'ftp://127.0.0.1/' } } }
        @{ What = 'text that is no prefix'; With = { @{ Prefix = 'somewhere' } } }
        @{ What = 'an address of another machine'; With = { @{ Prefix = 'http://192.0.2.1:8787/' } } }
    ) {
        $parameters = @{ Secret = $script:secret; InboxPath = $script:inbox; Prefix = "http://127.0.0.1:$(Get-FreePort)/"; TimeoutSec = 20 }
        $changed = & $With
        foreach ($key in $changed.Keys) {
            $parameters[$key] = $changed[$key]
        }
        $run = Invoke-Recorded { Receive-PxxlWebhook @parameters }
        $run.Errors.FullyQualifiedErrorId | Should -Be 'PxxlCannotReceive,PxxlPeriscope.PowerShell.Commands.ReceivePxxlWebhook'
        $run.HasEnded | Should -BeTrue
    }

    It 'explains what to do if HTTPS is specified' {
        $run = Invoke-Recorded { Receive-PxxlWebhook -Secret $script:secret -Prefix 'https://127.0.0.1:8787/' -InboxPath $script:inbox -TimeoutSec 20 }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlCannotReceive,*'
        $run.Errors[0].Exception.Message | Should -Match 'proxy'
    }

    It 'accepts any Host header, and the path of its prefix' {
        $receiver = Open-Receiver -Inbox $script:inbox -Parameters "-Count 2 -Prefix 'http://localhost:{0}/', 'http://localhost:{0}/hooks/pxxl/'"
        $body = Get-EventBody -Id 'dep_1'
        $headers = (New-PxxlSignature -Body $body -Secret $script:secret) + @{ Host = 'hooks.example.com' }
        (Invoke-WebRequest -Uri "http://127.0.0.1:$($receiver.Port)/" -Method Post -Body $body -Headers $headers -NoProxy).StatusCode | Should -Be 200
        Invoke-Delivery -Port $receiver.Port -Path '/hooks' | Should -Be 404
        Invoke-Delivery -Port $receiver.Port -Path '/hooks/pxxl' -Body (Get-EventBody -Id 'dep_2') | Should -Be 200
        Wait-Receiver $receiver
        $receiver.Output.Deployment.Id | Should -Be 'dep_1', 'dep_2'
    }

    It 'returns an event again while it runs if -Refresh could not read it' {
        Add-SandboxFault -Kind Forbidden403 -With @{ service = 'Pxxl'; times = 1 }
        $receiver = Open-Receiver -Inbox $script:inbox -Parameters '-Count 2 -Refresh'
        $id = @(Invoke-SandboxControl -Path 'deployments')[0]
        Invoke-Delivery -Port $receiver.Port -Body (Get-EventBody -Id $id) | Should -Be 200
        Wait-Until { $receiver.Output.Count -eq 1 -and @(Get-Kept -Inbox $script:inbox).Count -eq 0 }
        $receiver.Shell.Stop()
        $receiver.Shell.Streams.Error.FullyQualifiedErrorId | Should -BeLike 'PxxlForbidden,*'
        $receiver.Output.Deployment.Id | Should -Be $id
    }

    It 'returns an event again while it runs when Periscope did not accept its report' {
        Add-SandboxFault -Kind Unavailable503 -With @{ service = 'Periscope'; times = 1 }
        $receiver = Open-Receiver -Inbox $script:inbox -Parameters '-Count 2' `
            -Then '| Send-PeriscopeDeployment -Connection (Connect-Periscope -MaximumRetryCount 0)'
        Invoke-Delivery -Port $receiver.Port -Body (Get-EventBody -Id 'dep_1') | Should -Be 200
        Wait-Until { $receiver.Output.Count -eq 1 -and @(Get-Kept -Inbox $script:inbox).Count -eq 0 }
        $receiver.Shell.Stop()
        $receiver.Shell.Streams.Error.FullyQualifiedErrorId | Should -BeLike 'PeriscopeServerError,*'
        $receiver.Output.DeploymentId | Should -Be 'pxxl-dep_1'
    }

    It 'answers only complete requests on SIGTERM' -Skip:($env:OS -eq 'Windows_NT') {
        $port = Get-FreePort
        $file = Join-Path -Path $TestDrive -ChildPath 'terminated.ps1'
        Set-Content -LiteralPath $file -Value @"
`$ProgressPreference = 'SilentlyContinue'
Import-Module -Name '$(Get-TestedModule)'
Receive-PxxlWebhook -Secret '$($script:secret)' -Prefix 'http://127.0.0.1:$port/' -InboxPath '$($script:inbox)' | ForEach-Object { [System.Threading.Thread]::Sleep([System.Threading.Timeout]::Infinite) }
"@
        $process = [System.Diagnostics.Process]::Start((Get-ShellStart -Argument '-NoProfile', '-NonInteractive', '-File', $file))
        try {
            Wait-Listening -Port $port
            $answered = [System.Collections.Concurrent.ConcurrentBag[string]]::new()
            $bodies = foreach ($number in 1..2000) {
                $body = Get-EventBody -Id "dep_$number"
                @{ Id = "dep_$number"; Body = $body; Headers = (New-PxxlSignature -Body $body -Secret $script:secret) }
            }
            $sending = {
                param($Share, $Port, $Answered)
                $client = [System.Net.Http.HttpClient]::new([System.Net.Http.SocketsHttpHandler] @{ UseProxy = $false })
                foreach ($each in $Share) {
                    $message = [System.Net.Http.HttpRequestMessage]::new('Post', "http://127.0.0.1:$Port/")
                    $message.Content = [System.Net.Http.ByteArrayContent]::new([System.Text.Encoding]::UTF8.GetBytes($each.Body))
                    foreach ($name in $each.Headers.Keys) { $message.Headers.Add($name, $each.Headers[$name]) }
                    try { if ($client.SendAsync($message).GetAwaiter().GetResult().IsSuccessStatusCode) { $Answered.Add($each.Id) } } catch { return }
                }
            }
            $senders = foreach ($number in 0..7) {
                $share = @($bodies | Select-Object -Skip ($number * 250) -First 250)
                $shell = [powershell]::Create().AddScript($sending).AddArgument($share).AddArgument($port).AddArgument($answered)
                @{ Shell = $shell; Call = $shell.BeginInvoke() }
            }
            Wait-Until { $answered.Count -ge 50 }
            & kill -TERM $process.Id
            $process.WaitForExit()
            $process.ExitCode | Should -Be 143
            foreach ($each in $senders) {
                $null = $each.Shell.EndInvoke($each.Call)
            }
        }
        finally {
            if (-not $process.HasExited) {
                $process.Kill()
            }
            foreach ($each in $senders) {
                $each.Shell.Dispose()
            }
        }
        $kept = Get-Kept -Inbox $script:inbox | ForEach-Object {
            $text = [System.Text.Encoding]::UTF8.GetString([System.Convert]::FromBase64String((Get-Content -LiteralPath $_.FullName -Raw | ConvertFrom-Json).body))
            ($text | ConvertFrom-Json).data.id
        }
        @($answered | Where-Object { $_ -notin $kept }) | Should -BeNullOrEmpty
    }

    It 'fails if another process uses its port' {
        $receiver = Open-Receiver -Inbox $script:inbox
        $run = Invoke-Recorded { Receive-PxxlWebhook -Secret $script:secret -Prefix "http://127.0.0.1:$($receiver.Port)/" -InboxPath "$($script:inbox)-2" -TimeoutSec 20 }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlCannotReceive,*'
    }

    It 'removes an event only after the pipeline has processed it, and returns the remaining ones first after a restart' {
        $first = Open-Receiver -Inbox $script:inbox -Then '| ForEach-Object { throw ''the pipeline broke'' }'
        Invoke-Delivery -Port $first.Port -Body (Get-EventBody -Id 'dep_kept') | Should -Be 200
        Wait-Receiver $first
        @(Get-Kept -Inbox $script:inbox).Count | Should -Be 1

        $second = Open-Receiver -Inbox $script:inbox -Parameters '-Count 2'
        Invoke-Delivery -Port $second.Port -Body (Get-EventBody -Id 'dep_new') | Should -Be 200
        Wait-Receiver $second
        $second.Output.Deployment.Id | Should -Be 'dep_kept', 'dep_new'
        Get-Kept -Inbox $script:inbox | Should -BeNullOrEmpty
    }

    It 'has an event on disk while the pipeline processes it' {
        $receiver = Open-Receiver -Inbox $script:inbox -Parameters '-Count 1' -Then "| ForEach-Object { @(Get-ChildItem -LiteralPath '$($script:inbox)' -Filter *.json).Count }"
        Invoke-Delivery -Port $receiver.Port | Should -Be 200
        Wait-Receiver $receiver
        $receiver.Output | Should -Be 1
        Get-Kept -Inbox $script:inbox | Should -BeNullOrEmpty
    }

    It 'returns stored events regardless of their age, without listening if they are sufficient' {
        $null = New-Item -ItemType Directory -Path $script:inbox
        foreach ($number in 1..3) {
            $body = Get-EventBody -Id "dep_$number"
            $headers = New-PxxlSignature -Body $body -Secret $script:secret -Timestamp '30d'
            $content = @{ headers = $headers; body = [System.Convert]::ToBase64String([System.Text.Encoding]::UTF8.GetBytes($body)) }
            ConvertTo-Json -InputObject $content | Set-Content -LiteralPath (Join-Path -Path $script:inbox -ChildPath "2026010${number}T0000000000000-$('0' * 31)$number.json")
        }
        $run = Invoke-Recorded { Receive-PxxlWebhook -Secret $script:secret -Prefix 'http://192.0.2.1:1/' -InboxPath $script:inbox -Count 2 }
        $run.Output.Deployment.Id | Should -Be 'dep_1', 'dep_2'
        @(Get-Kept -Inbox $script:inbox).Count | Should -Be 1
    }

    It 'verifies the files in the inbox, and renames damaged ones' {
        $null = New-Item -ItemType Directory -Path $script:inbox
        $body = Get-EventBody -Id 'dep_smuggled'
        $content = @{ headers = (New-PxxlSignature -Body $body -Secret 'other'); body = [System.Convert]::ToBase64String([System.Text.Encoding]::UTF8.GetBytes($body)) }
        ConvertTo-Json -InputObject $content | Set-Content -LiteralPath (Join-Path -Path $script:inbox -ChildPath '20260101T0000000000000-1.json')
        Set-Content -LiteralPath (Join-Path -Path $script:inbox -ChildPath '20260102T0000000000000-2.json') -Value '{"headers":'
        $run = Invoke-Recorded { Receive-PxxlWebhook -Secret $script:secret -Prefix "http://127.0.0.1:$(Get-FreePort)/" -InboxPath $script:inbox -TimeoutSec 1 }
        $run.Output | Should -BeNullOrEmpty
        $run.Errors.FullyQualifiedErrorId | Should -Be 'PxxlSignatureInvalid,PxxlPeriscope.PowerShell.Commands.ReceivePxxlWebhook'
        @(Get-Kept -Inbox $script:inbox -Like '*.damaged').Count | Should -Be 1
    }

    It 'quarantines a genuine webhook that is not an event, and continues' {
        $receiver = Open-Receiver -Inbox $script:inbox -Parameters '-Count 1'
        $null = Invoke-Delivery -Port $receiver.Port -Body 'no event'
        Invoke-Delivery -Port $receiver.Port -Body (Get-EventBody -Id 'dep_good') | Should -Be 200
        Wait-Receiver $receiver
        $receiver.Output.Deployment.Id | Should -Be 'dep_good'
        Get-Kept -Inbox $script:inbox | Should -BeNullOrEmpty
    }

    It 'is not stopped by text with an unpaired surrogate, now or after a restart' {
        $receiver = Open-Receiver -Inbox $script:inbox -Parameters '-Count 2'
        $body = '{"event":"deployment.created","data":{"id":"dep_half","commitMessage":"cut off \ud83d"}}'
        $null = Invoke-Delivery -Port $receiver.Port -Body $body
        Invoke-Delivery -Port $receiver.Port -Body (Get-EventBody -Id 'dep_good') | Should -Be 200
        Wait-Receiver $receiver
        $receiver.Output.Deployment.Id | Should -Be 'dep_half', 'dep_good'
    }

    It 'returns no event twice with a replay guard, and answers the sender' {
        $receiver = Open-Receiver -Inbox $script:inbox -Parameters "-Count 2 -ReplayGuard '$($script:inbox).seen'"
        $body = Get-EventBody -Id 'dep_1'
        $headers = New-PxxlSignature -Body $body -Secret $script:secret
        foreach ($time in 1, 2) {
            (Invoke-WebRequest -Uri "http://127.0.0.1:$($receiver.Port)/" -Method Post -Body $body -Headers $headers -NoProxy).StatusCode | Should -Be 200
            Wait-Until { $receiver.Output.Count -eq 1 -and @(Get-Kept -Inbox $script:inbox).Count -eq 0 }
        }
        Invoke-Delivery -Port $receiver.Port -Body (Get-EventBody -Id 'dep_2') | Should -Be 200
        Wait-Receiver $receiver
        $receiver.Output.Deployment.Id | Should -Be 'dep_1', 'dep_2'
    }

    It 'reads each deployment with -Refresh' {
        $receiver = Open-Receiver -Inbox $script:inbox -Parameters '-Count 1 -Refresh'
        $id = @(Invoke-SandboxControl -Path 'deployments')[0]
        Invoke-Delivery -Port $receiver.Port -Body (Get-EventBody -Id $id -With @{ status = 'teapot'; commitSha = 'abcdef' }) | Should -Be 200
        Wait-Receiver $receiver
        $receiver.Output[0].Deployment.RawStatus | Should -Not -Be 'teapot'
        @(Get-SandboxRequest -Path "*/deployments/$id").Count | Should -Be 1
    }

    It 'keeps an event that -Refresh could not read for a later run' {
        Add-SandboxFault -Kind Forbidden403 -With @{ service = 'Pxxl' }
        $receiver = Open-Receiver -Inbox $script:inbox -Parameters '-Count 1 -Refresh'
        Invoke-Delivery -Port $receiver.Port | Should -Be 200
        Wait-Until { $receiver.Shell.Streams.Error.Count -gt 0 }
        $receiver.Shell.Stop()
        @(Get-Kept -Inbox $script:inbox).Count | Should -Be 1
        $receiver.Output | Should -BeNullOrEmpty
    }
}

Describe 'Receive-PxxlWebhook | Send-PeriscopeDeployment' {
    BeforeEach {
        Reset-Sandbox
        $script:receivers = [System.Collections.Generic.List[object]]::new()
        $script:inbox = Join-Path -Path $TestDrive -ChildPath "inbox-$([guid]::NewGuid().ToString('n'))"
    }

    AfterEach {
        foreach ($receiver in $script:receivers) {
            $receiver.Shell.Dispose()
            $receiver.Runspace.Dispose()
        }
    }

    It 'reports each event and leaves nothing in the inbox' {
        $receiver = Open-Receiver -Inbox $script:inbox -Parameters '-Count 3' -Then '| Send-PeriscopeDeployment'
        foreach ($number in 1..3) {
            Invoke-Delivery -Port $receiver.Port -Body (Get-EventBody -Id "dep_$number") | Should -Be 200
        }
        Wait-Receiver $receiver
        $receiver.Output.DeploymentId | Should -Be 'pxxl-dep_1', 'pxxl-dep_2', 'pxxl-dep_3'
        (Get-SandboxReport).deploymentId | Sort-Object | Should -Be 'pxxl-dep_1', 'pxxl-dep_2', 'pxxl-dep_3'
        Get-Kept -Inbox $script:inbox -Like '*' | Should -BeNullOrEmpty
    }

    It 'writes the receipt of an event and removes its file without waiting for another event' {
        $receiver = Open-Receiver -Inbox $script:inbox -Then '| Send-PeriscopeDeployment'
        Invoke-Delivery -Port $receiver.Port | Should -Be 200
        Wait-Until { @(Get-SandboxReport).Count -eq 1 }
        Wait-Until { $receiver.Output.Count -eq 1 }
        Wait-Until { @(Get-Kept -Inbox $script:inbox).Count -eq 0 }
    }

    It 'sends several events concurrently, those of one deployment in order' {
        # The first report is sent alone to verify the key; all others wait at Periscope.
        Add-SandboxFault -Kind HeldUntilCleared -With @{ service = 'Periscope'; skip = 1 }
        $receiver = Open-Receiver -Inbox $script:inbox -Parameters '-Count 6' -Then '| Send-PeriscopeDeployment'
        Invoke-Delivery -Port $receiver.Port -Body (Get-EventBody -Id 'dep_1') | Should -Be 200
        Wait-Until { $receiver.Output.Count -eq 1 }
        Invoke-Delivery -Port $receiver.Port -Body (Get-EventBody -Id 'dep_2' -With @{ status = 'building' }) | Should -Be 200
        Invoke-Delivery -Port $receiver.Port -Body (Get-EventBody -Id 'dep_2') | Should -Be 200
        foreach ($number in 3..5) {
            Invoke-Delivery -Port $receiver.Port -Body (Get-EventBody -Id "dep_$number") | Should -Be 200
        }
        Wait-Until { @(Get-SandboxRequest -Service Periscope).Count -eq 5 }
        @(Get-Kept -Inbox $script:inbox).Count | Should -Be 5
        Invoke-SandboxControl -Path 'faults' -Method Delete
        Wait-Receiver $receiver
        $receiver.Output.DeploymentId | Should -Be 'pxxl-dep_1', 'pxxl-dep_2', 'pxxl-dep_2', 'pxxl-dep_3', 'pxxl-dep_4', 'pxxl-dep_5'
        (Get-SandboxReport | Where-Object deploymentId -EQ 'pxxl-dep_2').statuses | Should -Be 'in_progress', 'success'
        Get-Kept -Inbox $script:inbox -Like '*' | Should -BeNullOrEmpty
    }

    It 'removes each event according to its outcome: an unanswered one does not block the others' {
        Add-SandboxFault -Kind HeldUntilCleared -With @{ service = 'Periscope'; skip = 1; times = 1 }
        $receiver = Open-Receiver -Inbox $script:inbox -Then '| Send-PeriscopeDeployment'
        foreach ($number in 1..3) {
            Invoke-Delivery -Port $receiver.Port -Body (Get-EventBody -Id "dep_$number") | Should -Be 200
            # One after another, so that the second one waits.
            Wait-Until { @(Get-SandboxRequest -Service Periscope).Count -eq $number }
        }
        Wait-Until { @(Get-Kept -Inbox $script:inbox).Count -eq 1 }
        [string] (Get-Content -LiteralPath (Get-Kept -Inbox $script:inbox).FullName | ConvertFrom-Json).body |
            ForEach-Object { [System.Text.Encoding]::UTF8.GetString([System.Convert]::FromBase64String($_)) } | Should -Match 'dep_2'
        Invoke-SandboxControl -Path 'faults' -Method Delete
        # No other event arrives, but the receipts are written.
        Wait-Until { $receiver.Output.Count -eq 3 }
        # By index, because enumerating the output of a running pipeline waits for its end.
        (0..2).ForEach({ $receiver.Output[$_].DeploymentId }) | Should -Be 'pxxl-dep_1', 'pxxl-dep_2', 'pxxl-dep_3'
        Get-Kept -Inbox $script:inbox | Should -BeNullOrEmpty
    }

    It 'keeps an event while Periscope fails, and delivers it in a later run' {
        Add-SandboxFault -Kind BadGateway502 -With @{ service = 'Periscope' }
        $first = Open-Receiver -Inbox $script:inbox -Parameters '-Count 1' -Then '| Send-PeriscopeDeployment -Connection (Connect-Periscope -MaximumRetryCount 0)'
        Invoke-Delivery -Port $first.Port | Should -Be 200
        Wait-Receiver $first
        $first.Shell.Streams.Error.FullyQualifiedErrorId | Should -BeLike 'Periscope*'
        $first.Output | Should -BeNullOrEmpty
        @(Get-Kept -Inbox $script:inbox).Count | Should -Be 1

        Reset-Sandbox
        $receipt = Receive-PxxlWebhook -Secret $script:secret -Prefix 'http://192.0.2.1:1/' -InboxPath $script:inbox -Count 1 | Send-PeriscopeDeployment -WarningAction SilentlyContinue
        $receipt.DeploymentId | Should -Be 'pxxl-dep_1'
        @(Get-SandboxReport).Count | Should -Be 1
        Get-Kept -Inbox $script:inbox -Like '*' | Should -BeNullOrEmpty
    }

    It 'quarantines an event whose report Periscope rejected' {
        Add-SandboxFault -Kind Forbidden403 -With @{ service = 'Periscope'; times = 1 }
        $receiver = Open-Receiver -Inbox $script:inbox -Parameters '-Count 1' -Then '| Send-PeriscopeDeployment'
        Invoke-Delivery -Port $receiver.Port | Should -Be 200
        Wait-Receiver $receiver
        $receiver.Shell.Streams.Error.FullyQualifiedErrorId | Should -BeLike 'PeriscopeForbidden,*'
        Get-Kept -Inbox $script:inbox | Should -BeNullOrEmpty
        @(Get-Kept -Inbox $script:inbox -Like '*.json.refused').Count | Should -Be 1
    }

    It 'removes events that cannot be reported from the inbox, with a message for each' {
        $receiver = Open-Receiver -Inbox $script:inbox -Parameters '-Count 2' -Then '| Send-PeriscopeDeployment -Verbose'
        Invoke-Delivery -Port $receiver.Port -Body (Get-EventBody -Name 'project.created') | Should -Be 200
        Invoke-Delivery -Port $receiver.Port -Body (Get-EventBody -Id 'dep_zip' -With @{ commitSha = $null }) | Should -Be 200
        Wait-Receiver $receiver
        Get-SandboxReport | Should -BeNullOrEmpty
        @($receiver.Shell.Streams.Verbose) -join "`n" | Should -BeLike '*project.created*'
        @($receiver.Shell.Streams.Warning) -join "`n" | Should -BeLike '*dep_zip*'
        Get-Kept -Inbox $script:inbox -Like '*' | Should -BeNullOrEmpty
    }

    It '-WhatIf sends nothing and removes nothing' {
        $receiver = Open-Receiver -Inbox $script:inbox -Parameters '-Count 1' -Then '| Send-PeriscopeDeployment -WhatIf'
        Invoke-Delivery -Port $receiver.Port | Should -Be 200
        Wait-Receiver $receiver
        Get-SandboxAttempt | Should -BeNullOrEmpty
        @(Get-Kept -Inbox $script:inbox).Count | Should -Be 1
    }

    It 'keeps events whose reports are being sent on Ctrl+C' {
        Add-SandboxFault -Kind StallBeforeHeaders -With @{ service = 'Periscope' }
        $receiver = Open-Receiver -Inbox $script:inbox -Then '| Send-PeriscopeDeployment'
        Invoke-Delivery -Port $receiver.Port | Should -Be 200
        Wait-Until { @(Get-SandboxRequest -Service Periscope).Count -eq 1 }
        $receiver.Shell.Stop()
        @(Get-Kept -Inbox $script:inbox).Count | Should -Be 1
    }

    It 'loses no event that was answered 2xx, however often it is killed<Guarded>' -ForEach @(
        @{ Guarded = ''; Seed = 7 }
        @{ Guarded = ' with a replay guard'; Seed = 8 }
    ) {
        $random = [System.Random]::new($Seed)
        $port = Get-FreePort
        $settings = @{
            Module = Get-TestedModule
            Inbox  = $script:inbox
            Secret = $script:secret
            Prefix = "http://127.0.0.1:$port/"
            Guard  = if ($Guarded) { "$($script:inbox).seen" } else { '' }
        }
        $file = Join-Path -Path $TestDrive -ChildPath "receiver-$Seed.ps1"
        @(
            '$ProgressPreference = ''SilentlyContinue'''
            foreach ($name in $settings.Keys) { '$' + $name + " = '" + $settings[$name] + "'" }
            'Import-Module -Name $Module'
            '$guard = if ($Guard) { @{ ReplayGuard = $Guard } } else { @{} }'
            '$limit = if ($args) { @{ TimeoutSec = 1 } } else { @{} }'
            'Receive-PxxlWebhook -Secret $Secret -Prefix $Prefix -InboxPath $Inbox @guard @limit | Send-PeriscopeDeployment *> $null'
        ) | Set-Content -LiteralPath $file

        # Sixty events from four senders, each of which repeats an event until it is answered with 2xx, as Pxxl may do.
        $answered = [System.Collections.Concurrent.ConcurrentBag[string]]::new()
        $bodies = foreach ($number in 1..60) {
            $id = 'dep_{0:00}' -f $number
            $body = Get-EventBody -Id $id
            @{ Id = $id; Body = $body; Headers = (New-PxxlSignature -Body $body -Secret $script:secret) }
        }
        $sending = {
            param($Share, $Port, $Answered)
            $client = [System.Net.Http.HttpClient]::new([System.Net.Http.SocketsHttpHandler] @{ UseProxy = $false })
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            foreach ($each in $Share) {
                $status = 0
                while ($status -ne 200 -and $watch.Elapsed.TotalSeconds -lt 90) {
                    $message = [System.Net.Http.HttpRequestMessage]::new('Post', "http://127.0.0.1:$Port/")
                    $message.Content = [System.Net.Http.ByteArrayContent]::new([System.Text.Encoding]::UTF8.GetBytes($each.Body))
                    foreach ($name in $each.Headers.Keys) { $message.Headers.Add($name, $each.Headers[$name]) }
                    try { $status = [int] $client.SendAsync($message).GetAwaiter().GetResult().StatusCode } catch { $status = 0 }
                }
                if ($status -eq 200) { $Answered.Add($each.Id) }
            }
        }
        $senders = foreach ($number in 0..3) {
            $share = @($bodies | Where-Object { [array]::IndexOf($bodies, $_) % 4 -eq $number })
            $shell = [powershell]::Create().AddScript($sending).AddArgument($share).AddArgument($port).AddArgument($answered)
            @{ Shell = $shell; Call = $shell.BeginInvoke() }
        }
        $process = $null
        $receiver = @{ Process = $null }
        $start = { $receiver.Process = [System.Diagnostics.Process]::Start((Get-ShellStart -Argument '-NoProfile', '-NonInteractive', '-File', $file)) }
        try {
            # Killed after a few more responses, at a different moment each time.
            foreach ($round in 1..4) {
                $until = [math]::Min(59, $answered.Count + $random.Next(3, 14))
                . $start
                Wait-Until { $answered.Count -ge $until }
                $spins = $random.Next(200000)
                [System.Threading.Thread]::SpinWait($spins)
                $receiver.Process.Kill()
                $receiver.Process.WaitForExit()
            }
            . $start
            Wait-Until { $answered.Count -eq 60 }
            $receiver.Process.Kill()
            $receiver.Process.WaitForExit()
            # The last run processes the remaining events.
            $process = [System.Diagnostics.Process]::Start((Get-ShellStart -Argument '-NoProfile', '-NonInteractive', '-File', $file, 'drain'))
            $process.WaitForExit()
        }
        finally {
            foreach ($started in @($receiver.Process, $process) -ne $null) {
                if (-not $started.HasExited) {
                    $started.Kill()
                }
            }
            foreach ($each in $senders) {
                $each.Shell.Stop()
                $each.Shell.Dispose()
            }
        }
        $reported = @(Get-SandboxReport).deploymentId | Sort-Object
        $expected = $answered | ForEach-Object { "pxxl-$_" } | Sort-Object
        @(Compare-Object -ReferenceObject @($expected) -DifferenceObject @($reported)) | Out-String | Should -BeNullOrEmpty -Because "with seed $Seed every answered event is reported"
        $reported.Count | Should -Be 60
        Get-Kept -Inbox $script:inbox | Should -BeNullOrEmpty
    }
}
