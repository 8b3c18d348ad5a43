# Runs every cmdlet with all output streams enabled and with provoked errors, in a separate PowerShell process with a transcript. All
# output is searched for the two keys and the webhook secret.
BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    $script:sandbox = Open-Sandbox -Deployments 120
    $script:secrets = @{
        'the key for Pxxl'      = $script:sandbox.PxxlKey
        'the key for Periscope' = $script:sandbox.PeriscopeKey
        'the webhook secret'    = $script:sandbox.WebhookSecret
        # The token, which is the secret part of a webhook address.
        'the token of a chat'   = 'chatToken_NotARealToken-31c7'
        'a variable''s value'   = 'envvalue_sandbox_NotARealSecret_91c7'
    }

    function Get-Sweep {
        # Runs a script and records everything. Returns one text for each place that was written to.
        param([string] $Script)
        $folder = Join-Path -Path $TestDrive -ChildPath ([guid]::NewGuid().ToString('n'))
        $null = New-Item -Path $folder -ItemType Directory
        $frame = @'
$ErrorActionPreference = 'Continue'
$WarningPreference = 'Continue'
$ProgressPreference = 'Continue'
Import-Module -Name $Module
$null = Start-Transcript -Path "$Folder/transcript.txt"
$objects = [System.Collections.Generic.List[object]]::new()
function Invoke-Talkative {
    param([scriptblock] $Call)
    $VerbosePreference = 'Continue'
    $DebugPreference = 'Continue'
    # -Confirm:$false for PowerShell 7.4, which prompts before each change under -Debug.
    # Twice: the transcript contains what the host shows, and the list what the streams contain.
    try { & $Call *>&1 | Tee-Object -Variable written | Out-Host; $objects.AddRange(@($written)) } catch { $objects.Add($_); Write-Error -ErrorRecord $_ }
    $objects.AddRange(@($written))
}
<#script#>
$null = Stop-Transcript
# The information that a user would send to support.
$objects | Out-String -Width 4000 | Set-Content -Path "$Folder/streams.txt"
$objects | Format-List -Property * -Force | Out-String -Width 4000 | Set-Content -Path "$Folder/streams-force.txt"
$Error | Format-List -Property * -Force | Out-String -Width 4000 | Set-Content -Path "$Folder/error-force.txt"
$Error | ForEach-Object -Process { $_.Exception | Format-List -Property * -Force; $_.InvocationInfo.BoundParameters; "$($_.Exception)" } | Out-String -Width 4000 | Set-Content -Path "$Folder/exceptions.txt"
# An error record contains the whole module through its InvocationInfo, so the depth is limited to eight levels.
$plain = @($objects | Where-Object { $_ -isnot [System.Management.Automation.ErrorRecord] -and $_ -isnot [System.Management.Automation.InformationalRecord] })
$plain | ForEach-Object -Process { ConvertTo-Json -InputObject $_ -Depth 8 -WarningAction SilentlyContinue } | Set-Content -Path "$Folder/json.txt"
$plain | Export-Clixml -Path "$Folder/clixml.txt" -Depth 6
$objects | Export-Clixml -Path "$Folder/clixml-records.txt" -Depth 2
$objects | Get-Member -Force | Out-String -Width 4000 | Set-Content -Path "$Folder/members.txt"
'@
        $null = Invoke-ChildShell -Script $frame.Replace('<#script#>', $Script) -Variable @{ Folder = $folder; Secret = $script:sandbox.WebhookSecret }
        $texts = @{}
        foreach ($file in Get-ChildItem -LiteralPath $folder) {
            $texts[$file.BaseName] = Get-Content -LiteralPath $file.FullName -Raw
        }
        return $texts
    }

    function Find-Secret {
        # Searches for a secret in clear text and in Base64, with different numbers of preceding characters.
        param([hashtable] $Texts, [hashtable] $Secrets = $script:secrets)
        foreach ($place in $Texts.Keys) {
            foreach ($name in $Secrets.Keys) {
                $forms = $Secrets[$name], [System.Convert]::ToBase64String([System.Text.Encoding]::UTF8.GetBytes($Secrets[$name]))
                foreach ($form in $forms) {
                    $at = "$($Texts[$place])".IndexOf($form, [System.StringComparison]::OrdinalIgnoreCase)
                    if ($at -ge 0) {
                        "$name in ${place}: ..." + $Texts[$place].Substring([Math]::Max(0, $at - 200), [Math]::Min(200, $at))
                    }
                }
            }
        }
    }
}

AfterAll { Close-Sandbox }

Describe 'The secret scan' {
    BeforeEach { Reset-Sandbox }

    It 'finds a secret in every stream and place' {
        $texts = Get-Sweep -Script @'
Invoke-Talkative { Write-Verbose "verbose $env:PXXL_API_KEY"; Write-Output "object $env:PERISCOPE_API_KEY"; Write-Warning $Secret; Write-Warning 'envvalue_sandbox_NotARealSecret_91c7' }
Invoke-Talkative { [pscustomobject]@{ Key = $env:PXXL_API_KEY } }
Invoke-Talkative { throw "error $env:PERISCOPE_API_KEY" }
Invoke-Talkative { Write-Output 'chatToken_NotARealToken-31c7' }
'@
        $found = @(Find-Secret -Texts $texts)
        foreach ($place in 'transcript', 'streams', 'streams-force', 'error-force', 'exceptions', 'json', 'clixml') {
            $found -match "in ${place}:" | Should -Not -BeNullOrEmpty -Because "a secret in $place must be found"
        }
        foreach ($name in $script:secrets.Keys) {
            $found -match $name | Should -Not -BeNullOrEmpty
        }
    }

    It 'finds none after every cmdlet has run' {
        # The service sends the values of variables, and a program has printed the key to its log.
        Edit-SandboxShape @{ variableValues = $true }
        Add-SandboxDeployment @{ id = 'dep_leaky'; status = 'failed'; buildStatus = 'failed'; createdAt = [datetimeoffset]::UtcNow.AddHours(-2).ToString('o') }
        Invoke-SandboxControl -Path 'logs' -Method Post -Body @{ deploymentId = 'dep_leaky'; phase = 'build'; text = "export PXXL_API_KEY=$($script:sandbox.PxxlKey)" }
        $texts = Get-Sweep -Script @'
Invoke-Talkative { Connect-Pxxl -ApiKey $env:PXXL_API_KEY -Verbose -Debug }
Invoke-Talkative { Connect-Periscope -ApiKey $env:PERISCOPE_API_KEY -Verbose -Debug }
Invoke-Talkative { Get-PxxlConnection -Verbose -Debug }
Invoke-Talkative { Get-PeriscopeConnection -Verbose -Debug }
Invoke-Talkative { Get-PxxlDeployment -First 3 -Verbose -Debug }
Invoke-Talkative { Get-PxxlProject -Verbose -Debug }
Invoke-Talkative { Get-PxxlProject | Get-PxxlProjectVariable -Verbose -Debug }
Invoke-Talkative { Get-PxxlDomain -Verbose -Debug }
Invoke-Talkative { Get-PxxlTeam -Verbose -Debug }
Invoke-Talkative { Get-PxxlDeploymentLog dep_leaky -Verbose -Debug }
Invoke-Talkative { Get-PxxlDeploymentLog dep_leaky -Raw -Verbose -Debug }
$health = "${env:PXXL_API_URL}cli/usage?sig=chatToken_NotARealToken-31c7"
Invoke-Talkative { Get-PxxlDeployment -Status Success -First 1 | Wait-PxxlDeployment -HealthUri $health -TimeoutSec 1 -Verbose -Debug }
Invoke-Talkative { Wait-PxxlDeployment dep_leaky -Verbose -Debug }
Invoke-Talkative { Watch-PxxlDeployment -Since 1d -TimeoutSec 1 -Verbose -Debug }
Invoke-Talkative { Get-PxxlProject | Select-Object -First 1 | Start-PxxlDeployment -Message 'Again' -TimeoutSec 1 -Verbose -Debug -Confirm:$false }
Invoke-Talkative { Get-PxxlUsage -TeamId (Get-PxxlTeam) -Verbose -Debug }
Invoke-Talkative { Get-PxxlUsage -Verbose -Debug }
Invoke-Talkative { Invoke-PxxlApi cli/whoami -Verbose -Debug }
Invoke-Talkative { Test-PxxlSignature -Body '{}' -Signature ('a' * 64) -Timestamp '1' -Secret $Secret -Verbose -Debug }
Invoke-Talkative { Test-PxxlSignature -Body '{}' -Signature ('a' * 64) -Timestamp '1' -Secret $Secret -Detailed -Verbose -Debug }
$body = '{"event":"deployment.created","data":{"id":"dep_1","status":"queued"}}'
Invoke-Talkative { New-PxxlSignature -Body $body -Secret $Secret -Verbose -Debug }
$headers = New-PxxlSignature -Body $body -Secret $Secret -Scheme BodySecret
Invoke-Talkative { ConvertFrom-PxxlWebhook -Body $body -Headers $headers -Secret $Secret -ReplayGuard "$Folder.seen" -Verbose -Debug }
Invoke-Talkative { ConvertFrom-PxxlWebhook -Body $body -Headers $headers -Secret $Secret -ReplayGuard "$Folder.seen" -Verbose -Debug }
Invoke-Talkative { ConvertFrom-PxxlWebhook -Body "$body " -Headers $headers -Secret $Secret -Verbose -Debug }
Invoke-Talkative { ConvertFrom-PxxlWebhook -WebhookData 'nonsense' -Secret $Secret -Verbose -Debug }
Invoke-Talkative { Receive-PxxlWebhook -Secret $Secret -Prefix 'http://192.0.2.1:1/' -InboxPath "$Folder.inbox" -TimeoutSec 1 -Verbose -Debug }
Invoke-Talkative { New-PeriscopeDeployment -DeploymentId 'ci-1' -CommitSha '1a2b3c4' -Verbose -Debug }
Invoke-Talkative { Get-PxxlDeployment -First 3 | ConvertTo-PeriscopeDeployment -Verbose -Debug }
Invoke-Talkative { Get-PxxlDeployment -First 3 | Test-PeriscopeDeployment -Verbose -Debug }
Invoke-Talkative { Get-PxxlDeployment -First 3 | Send-PeriscopeDeployment -Verbose -Debug -Confirm:$false }
Invoke-Talkative { Get-PxxlDeployment -First 3 | Send-PeriscopeDeployment -WhatIf -Verbose -Debug }
$chat = "${env:PERISCOPE_API_URL}chat/services/chatToken_NotARealToken-31c7?sig=chatToken_NotARealToken-31c7"
Invoke-Talkative { Get-PxxlUsage | Test-PxxlBudget -ArtifactStorage 1% -Databases 1 -PassThru -Verbose -Debug }
foreach ($format in 'Slack', 'Teams', 'Discord', 'Json') {
    Invoke-Talkative { Get-PxxlDeployment -First 2 | Send-PxxlNotification -Uri $chat -As $format -PassThru -Verbose -Debug -Confirm:$false }
}
Invoke-Talkative { Get-PxxlUsage | Test-PxxlBudget -BuildMinutes 1 | Send-PxxlNotification -Uri (ConvertTo-SecureString -String $chat -AsPlainText -Force) -WhatIf -Verbose -Debug }
# Under -Debug, PowerShell prompts after each warning.
$outbox, $state = "$Folder.outbox", "$Folder.state"
$null = New-Item -ItemType Directory -Path $outbox, $state
Invoke-Talkative { Connect-Periscope -OutboxPath $outbox -MaximumRetryCount 0 -Verbose -Debug }
Invoke-Talkative { Sync-PeriscopeDeployment -StatePath $state -Since 3d -WhatIf -Verbose -Debug -WarningAction Continue }
Invoke-Talkative { Sync-PeriscopeDeployment -StatePath $state -Since 3d -PassThru -Verbose -Debug -Confirm:$false -WarningAction Continue }
Invoke-Talkative { New-PeriscopeDeployment -DeploymentId 'ci-bad' -CommitSha 'x' | Send-PeriscopeDeployment -Verbose -Debug -Confirm:$false -WarningAction Continue }
$down = @{ Uri = "${env:PERISCOPE_API_URL}_sandbox/faults"; NoProxy = $true }
Invoke-RestMethod @down -Method Post -ContentType 'application/json' -Body '{ "kind": "Unavailable503", "service": "Periscope" }'
Invoke-Talkative { Get-PxxlDeployment -First 9 | Send-PeriscopeDeployment -Force -Verbose -Debug -Confirm:$false -WarningAction Continue }
Invoke-Talkative { Send-PeriscopeOutboxItem -Verbose -Debug -Confirm:$false -WarningAction Continue }
Invoke-Talkative { Sync-PeriscopeDeployment -StatePath $state -OutboxPath $outbox -Since 9d -Verbose -Debug -Confirm:$false -WarningAction Continue }
Invoke-Talkative { Get-PeriscopeOutboxItem -Verbose -Debug }
Invoke-Talkative { Remove-PeriscopeOutboxItem -DeploymentId 'nothing' -Verbose -Debug -Confirm:$false -WarningAction Continue }
Get-ChildItem -Path $outbox, "$outbox-dead-letter", $state -Recurse -Force -File | Where-Object Length -GT 0 | ForEach-Object { $_.FullName; Get-Content -LiteralPath $_.FullName } | Set-Content -Path "$Folder/kept.txt"
Invoke-Talkative { Disconnect-Pxxl -Verbose -Debug }
Invoke-Talkative { Disconnect-Periscope -Verbose -Debug }
'@
        foreach ($kept in 'sent\.jsonl', 'state\.json', '-dead-letter.*ci-bad', '"lastError": ".*503', '"readUntil"') {
            $texts.kept | Should -Match $kept
        }
        $texts.transcript | Should -Match 'cli/deployments'
        $texts.transcript | Should -Match 'webhooks/deployments'
        $texts.transcript | Should -Match 'POST /\*\*\* -> 200'
        $texts.transcript | Should -Match 'Notify http://127\.0\.0\.1:\d+/\*\*\*'
        $texts.transcript | Should -Match 'failed during the build\. The log ends with:.*PXXL_API_KEY=\*\*\*'
        $texts.transcript | Should -Match '/cli/usage responds with 401'
        $texts.transcript | Should -Match 'DATABASE_URL'
        $texts.transcript | Should -Match 'export PXXL_API_KEY=\*\*\*'
        Find-Secret -Texts $texts | Should -BeNullOrEmpty
    }

    It 'finds none after errors of every kind' {
        $texts = Get-Sweep -Script @'
$pxxl = Connect-Pxxl -ApiKey $env:PXXL_API_KEY -MaximumRetryCount 0
$periscope = Connect-Periscope -ApiKey $env:PERISCOPE_API_KEY -MaximumRetryCount 0
$deployment = Get-PxxlDeployment -First 1
$chat = "${env:PERISCOPE_API_URL}chat/services/chatToken_NotARealToken-31c7?sig=chatToken_NotARealToken-31c7"
$faults = @{ Uri = "${env:PERISCOPE_API_URL}_sandbox/faults"; NoProxy = $true }
foreach ($kind in 'ServerError500', 'RedirectOtherHost', 'HtmlOk', 'ResetBeforeResponse', 'Forbidden403') {
    Invoke-RestMethod @faults -Method Delete
    Invoke-RestMethod @faults -Method Post -ContentType 'application/json' -Body (ConvertTo-Json @{ kind = $kind })
    Invoke-Talkative { Get-PxxlDeployment -Connection $pxxl -Verbose -Debug }
    Invoke-Talkative { Get-PxxlProjectVariable proj_1 -Connection $pxxl -Verbose -Debug }
    Invoke-Talkative { New-PeriscopeDeployment -DeploymentId 'ci-1' -CommitSha '1a2b3c4' -Environment 'test' -Status 'pending' -StartedAt '1h' | Send-PeriscopeDeployment -Connection $periscope -Verbose -Debug -Confirm:$false }
    Invoke-Talkative { $deployment | Send-PxxlNotification -Uri $chat -MaximumRetryCount 0 -Verbose -Debug -Confirm:$false }
}
Invoke-RestMethod @faults -Method Delete
Invoke-Talkative { $deployment | Send-PxxlNotification -Uri $chat.Replace('/services', '/gone') -Verbose -Debug -Confirm:$false }
Invoke-Talkative { $deployment | Send-PxxlNotification -Uri $chat.Replace('http:', 'ftp:') }
$token = $chat.Split('=')[1]
Invoke-Talkative { $deployment | Send-PxxlNotification -Uri $token }
Invoke-Talkative { $deployment | Send-PxxlNotification -Uri @{ Address = $chat } }
Invoke-Talkative { $deployment | Send-PxxlNotification -Uri "https://$token@127.0.0.1/" }
'@
        $texts.'error-force' | Should -Match 'PxxlNotificationFailed'
        foreach ($id in 'ServerError', 'RedirectRefused', 'InvalidResponse', 'Unreachable', 'Forbidden') {
            $texts.'error-force' | Should -Match "Pxxl$id"
            $texts.'error-force' | Should -Match "Periscope$id"
        }
        Find-Secret -Texts $texts | Should -BeNullOrEmpty
    }

    It 'finds none after a wrong key, or a key of an unexpected type' {
        $texts = Get-Sweep -Script @'
Invoke-Talkative { Connect-Pxxl -ApiKey $env:PERISCOPE_API_KEY -Verbose -Debug }
Invoke-Talkative { Connect-Pxxl -ApiKey @{ Key = $env:PXXL_API_KEY } }
Invoke-Talkative { Connect-Pxxl -ApiKey "$env:PXXL_API_KEY and more" }
Invoke-Talkative { Connect-Periscope -ApiKey ([uri] "https://x/$env:PERISCOPE_API_KEY") }
$env:PXXL_API_KEY, $env:PERISCOPE_API_KEY = $env:PERISCOPE_API_KEY, $env:PXXL_API_KEY
Invoke-Talkative { Get-PxxlUsage -Verbose -Debug }
Invoke-Talkative { New-PeriscopeDeployment -DeploymentId 'ci-1' -CommitSha '1a2b3c4' -Environment 'test' -Status 'pending' -StartedAt '1h' | Send-PeriscopeDeployment -Verbose -Debug -Confirm:$false }
$env:PXXL_API_KEY = "$env:PXXL_API_KEY with spaces"
Invoke-Talkative { Get-PxxlUsage -Verbose -Debug }
$env:PXXL_API_URL = "https://user:$env:PERISCOPE_API_KEY@127.0.0.1/"
Invoke-Talkative { Get-PxxlUsage -Verbose -Debug }
'@
        $texts.'error-force' | Should -Match 'PxxlUnauthorized'
        $texts.'error-force' | Should -Match 'PeriscopeUnauthorized'
        Find-Secret -Texts $texts | Should -BeNullOrEmpty
    }

    It 'finds none if the response of the service repeats the key' {
        # A separate service that repeats the request in its responses in various ways.
        $texts = Get-Sweep -Script @'
$listener = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
$listener.Start()
$port = $listener.LocalEndpoint.Port
$answer = [hashtable]::Synchronized(@{ Path = '' })
$server = [powershell]::Create().AddScript({
    param($listener, $answer)
    while ($true) {
        try { $client = $listener.AcceptTcpClient() } catch { return }
        try {
            $reader = [System.IO.StreamReader]::new($client.GetStream())
            $path = ($reader.ReadLine() -split ' ')[1] -replace '\?.*'
            $headers = @{}
            while ($line = $reader.ReadLine()) { $name, $value = $line -split ':\s*', 2; $headers[$name] = $value }
            $length = [int] $headers['Content-Length']
            $null = $reader.ReadBlock([char[]]::new($length), 0, $length)
            $key = $headers['Authorization']
            $status, $type, $body = switch -Wildcard ($(if ($answer.Path) { $answer.Path } else { $path })) {
                '*/e400' { 400, 'application/json', "{`"message`":`"bad $key`",`"code`":`"$key`",`"requestId`":`"$key`"}" }
                '*/e401' { 401, 'application/json', "{`"error`":`"bad $key`"}" }
                '*/e403' { 403, 'application/json', "{`"message`":`"$key`",`"limit`":1,`"requiredPlan`":`"$key`"}" }
                '*/e500' { 500, 'text/plain', "trace: Authorization: $key" }
                '*/e200' { 200, 'text/html', "<p>Authorization: $key</p>" }
                '*/denied' { 200, 'application/json', "{`"success`":false,`"message`":`"$key`"}" }
                default { 200, 'application/json', "{`"action`":`"$key`",`"rows`":[`"$key`"]}" }
            }
            $head = "HTTP/1.1 $status Status", "Content-Type: $type", "x-request-id: $key", "Content-Length: $($body.Length)", 'Connection: close'
            $bytes = [System.Text.Encoding]::ASCII.GetBytes("$($head -join "`r`n")`r`n`r`n$body")
            $client.GetStream().Write($bytes, 0, $bytes.Length)
        }
        finally { $client.Dispose() }
    }
}).AddArgument($listener).AddArgument($answer)
$null = $server.BeginInvoke()
$env:PERISCOPE_API_URL = "http://127.0.0.1:$port/"
foreach ($case in 'e400', 'e401', 'e403', 'e500', 'e200', 'denied', 'other') {
    $env:PXXL_API_URL = "http://127.0.0.1:$port/$case/"
    # The case is the last segment of the path, whatever the cmdlet requests.
    Invoke-Talkative { Get-PxxlDeployment -Id $case -Verbose -Debug }
}
$env:PXXL_API_URL = "http://127.0.0.1:$port/"
Invoke-Talkative { Get-PxxlDeployment -Verbose -Debug }
Invoke-Talkative { Get-PxxlUsage -Verbose -Debug }
Invoke-Talkative { New-PeriscopeDeployment -DeploymentId 'ci-1' -CommitSha '1a2b3c4' -Environment 'test' -Status 'pending' -StartedAt '1h' | Send-PeriscopeDeployment -Verbose -Debug -Confirm:$false }
# The response is stored with undelivered and rejected reports.
$null = New-Item -ItemType Directory -Path "$Folder.outbox"
foreach ($path in '/e400', '/e403', '/e500', '/e200') {
    $answer.Path = $path
    Invoke-Talkative { Connect-Periscope -MaximumRetryCount 0 -OutboxPath "$Folder.outbox" }
    Invoke-Talkative { New-PeriscopeDeployment -DeploymentId "ci$path" -CommitSha '1a2b3c4' -Environment 'test' -Status 'pending' -StartedAt '1h' | Send-PeriscopeDeployment -Verbose -Debug -Confirm:$false -WarningAction Continue }
}
Get-ChildItem -Path "$Folder.outbox", "$Folder.outbox-dead-letter" -Recurse -File -Filter *.json | ForEach-Object { $_.FullName; Get-Content -LiteralPath $_.FullName } | Set-Content -Path "$Folder/kept.txt"
$listener.Stop()
$server.Dispose()
'@
        $texts.'error-force' | Should -Match 'PxxlInvalidRequest'
        $texts.'error-force' | Should -Match 'PxxlInvalidResponse'
        $texts.kept | Should -Match '-dead-letter.*ci_e400'
        foreach ($id in 'InvalidReport', 'PlanLimit|PeriscopeForbidden', 'ServerError', 'InvalidResponse') {
            $texts.kept | Should -Match "`"errorId`": `"Periscope($id)"
        }
        Find-Secret -Texts $texts | Should -BeNullOrEmpty
    }
}

Describe 'A connection' {
    BeforeAll {
        Reset-Sandbox
        $script:connections = @((Connect-Pxxl), (Connect-Periscope))
    }

    It 'shows no key in <Form>' -ForEach @(
        @{ Form = 'Format-List * -Force'; Render = { $input | Format-List -Property * -Force | Out-String } }
        @{ Form = 'Get-Member -Force'; Render = { $input | Get-Member -Force | Out-String } }
        @{ Form = 'ConvertTo-Json'; Render = { $input | ConvertTo-Json -Depth 8 -WarningAction SilentlyContinue } }
        @{ Form = 'Export-Clixml'; Render = { $input | Export-Clixml -Path (Join-Path -Path $TestDrive -ChildPath 'connection.xml') -Depth 8; Get-Content -Path (Join-Path -Path $TestDrive -ChildPath 'connection.xml') -Raw } }
        @{ Form = 'ConvertTo-Csv'; Render = { $input | ConvertTo-Csv | Out-String } }
        @{ Form = 'ToString'; Render = { $input | ForEach-Object -MemberName ToString } }
    ) {
        $text = "$($script:connections | & $Render)"
        $text | Should -Not -BeNullOrEmpty
        Find-Secret -Texts @{ $Form = $text } | Should -BeNullOrEmpty
    }

    It 'has no member through which a script can read the key' {
        foreach ($connection in $script:connections) {
            foreach ($property in $connection.PSObject.Properties) {
                "$($property.Value)" | Should -Not -BeIn @($script:secrets.Values)
            }
            $connection.PSObject.Properties.Name | Should -Not -Contain 'ApiKey'
        }
    }
}
