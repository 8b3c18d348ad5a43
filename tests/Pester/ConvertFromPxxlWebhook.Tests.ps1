BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    $script:sandbox = Open-Sandbox -Deployments 40
    $script:secret = $script:sandbox.WebhookSecret
    $script:sha = '9868bbc0d1f24a5e8b7c6d5e4f3a2b1c0d9e8f7a'

    function Get-EventBody {
        # A body as sent by Pxxl.
        param([string] $Name = 'deployment.status_changed', [hashtable] $Data = @{ id = 'dep_1'; status = 'failed' }, [long] $Timestamp = 1716723456)
        ConvertTo-Json -InputObject ([ordered] @{ event = $Name; timestamp = $Timestamp; data = $Data }) -Depth 6 -Compress
    }

    function Get-WebhookData {
        # The same body with its headers, as a PowerShell 5.1 runbook receives it.
        param([string] $Body, [hashtable] $With = @{})
        $sign = @{ Body = $Body; Secret = $script:secret }
        foreach ($key in $With.Keys) {
            $sign[$key] = $With[$key]
        }
        [pscustomobject] @{ WebhookName = 'deploys'; RequestBody = $Body; RequestHeader = [pscustomobject] (New-PxxlSignature @sign) }
    }
}

AfterAll { Close-Sandbox }

Describe 'ConvertFrom-PxxlWebhook' {
    BeforeEach { Reset-Sandbox }

    It 'returns the typed event <Name>' -ForEach @(
        @{ Name = 'project.created' }, @{ Name = 'project.updated' }, @{ Name = 'project.deleted' }, @{ Name = 'deployment.created' }
        @{ Name = 'deployment.status_changed' }, @{ Name = 'redeployment.queued' }, @{ Name = 'github.deployment' }, @{ Name = 'environment.updated' }
        @{ Name = 'user.profile_updated' }, @{ Name = 'oauth.authorized' }, @{ Name = 'oauth.denied' }, @{ Name = 'oauth.revoked' }, @{ Name = 'oauth.test' }
    ) {
        $given = ConvertFrom-PxxlWebhook -WebhookData (Get-WebhookData -Body (Get-EventBody -Name $Name) -With @{ Event = $Name }) -Secret $script:secret
        $given | Should -BeOfType ([PxxlPeriscope.PxxlWebhookEvent])
        $given.Name | Should -BeExactly $Name
        "$($given.Category).$($given.Action)" | Should -BeExactly $Name
        $given.IsKnown | Should -BeTrue
        $given.Timestamp | Should -Be ([datetimeoffset]::FromUnixTimeSeconds(1716723456))
        $given.Data['id'] | Should -BeExactly 'dep_1'
        if ($Name -match 'deployment') {
            $given.Deployment.Id | Should -BeExactly 'dep_1'
        }
        else {
            $given.Deployment | Should -BeNullOrEmpty
        }
    }

    It 'accepts an undocumented event, and marks it as unknown' {
        $given = ConvertFrom-PxxlWebhook -WebhookData (Get-WebhookData -Body (Get-EventBody -Name 'billing.paid') -With @{ Event = 'billing.paid' }) -Secret $script:secret
        $given.Name | Should -BeExactly 'billing.paid'
        $given.IsKnown | Should -BeFalse
    }

    It 'reports only the error <Id> for <What>, and continues with the next webhook' -ForEach @(
        @{ Id = 'PxxlSignatureInvalid'; What = 'another secret'; Make = { Get-WebhookData -Body (Get-EventBody) -With @{ Secret = 'other' } } }
        @{ Id = 'PxxlSignatureInvalid'; What = 'a changed body'; Make = { $data = Get-WebhookData -Body (Get-EventBody); $data.RequestBody += ' '; $data } }
        @{ Id = 'PxxlSignatureInvalid'; What = 'a changed timestamp'; Make = { $data = Get-WebhookData -Body (Get-EventBody); $data.RequestHeader.'X-Pxxl-Timestamp' = [string] ([long] $data.RequestHeader.'X-Pxxl-Timestamp' - 1); $data } }
        @{ Id = 'PxxlSignatureExpired'; What = 'an old webhook'; Make = { Get-WebhookData -Body (Get-EventBody) -With @{ Timestamp = '6m' } } }
        @{ Id = 'PxxlSignatureExpired'; What = 'a webhook from the future'; Make = { Get-WebhookData -Body (Get-EventBody) -With @{ Timestamp = [datetimeoffset]::UtcNow.AddMinutes(7) } } }
        @{ Id = 'PxxlWebhookMalformed'; What = 'a body that is not JSON'; Make = { Get-WebhookData -Body 'hello' } }
        @{ Id = 'PxxlWebhookMalformed'; What = 'a body without an event'; Make = { $data = Get-WebhookData -Body '{}'; $data.RequestHeader = $data.RequestHeader | Select-Object -Property X-Pxxl-Timestamp, X-Pxxl-Signature; $data } }
        @{ Id = 'PxxlWebhookMalformed'; What = 'a header that contradicts the body'; Make = { Get-WebhookData -Body (Get-EventBody) -With @{ Event = 'project.created' } } }
        @{ Id = 'PxxlWebhookMalformed'; What = 'something else'; Make = { 'no webhook' } }
    ) {
        $good = Get-WebhookData -Body (Get-EventBody -Data @{ id = 'dep_good' })
        $bad = & $Make
        $run = Invoke-Recorded { $good, $bad, $good | ConvertFrom-PxxlWebhook -Secret $script:secret }
        $run.Output.Deployment.Id | Should -Be 'dep_good', 'dep_good'
        $run.Errors.FullyQualifiedErrorId | Should -BeExactly "$Id,PxxlPeriscope.PowerShell.Commands.ConvertFromPxxlWebhook"
        $run.Errors[0].TargetObject | Should -Be $bad
        $run.HasEnded | Should -BeFalse
    }

    It 'reads a signed text with an unpaired surrogate' {
        $body = '{"event":"deployment.created","data":{"id":"dep_1","commitMessage":"cut off \ud83d"}}'
        $run = Invoke-Recorded { ConvertFrom-PxxlWebhook -WebhookData (Get-WebhookData -Body $body -With @{ Event = 'deployment.created' }) -Secret $script:secret }
        $run.Errors | Should -BeNullOrEmpty
        $run.Output.Deployment.Id | Should -Be 'dep_1'
    }

    It 'has no parameter that skips the verification' {
        $parameters = (Get-Command -Name ConvertFrom-PxxlWebhook).Parameters
        $parameters.Secret.ParameterSets.Values.IsMandatory | Should -Not -Contain $false
        $common = [System.Management.Automation.PSCmdlet]::CommonParameters
        @($parameters.Keys | Where-Object { $_ -notin $common } | Sort-Object) | Should -Be @(
            'Body', 'Connection', 'Headers', 'IgnoreAge', 'Refresh', 'ReplayGuard', 'Request', 'Scheme', 'Secret', 'Signature', 'TeamId', 'Timestamp', 'Tolerance', 'WebhookData')
        { ConvertFrom-PxxlWebhook -WebhookData 'x' -Secret $null } | Should -Throw -ErrorId 'ParameterArgument*'
        { ConvertFrom-PxxlWebhook -WebhookData 'x' -Secret '' } | Should -Throw -ErrorId 'ParameterArgument*'
        { ConvertFrom-PxxlWebhook -WebhookData 'x' -Secret @() } | Should -Throw -ErrorId 'ParameterArgument*'
    }

    It 'accepts any age with -IgnoreAge, but no other secret' {
        $old = Get-WebhookData -Body (Get-EventBody) -With @{ Timestamp = '90d' }
        (ConvertFrom-PxxlWebhook -WebhookData $old -Secret $script:secret -IgnoreAge).Deployment.Id | Should -Be 'dep_1'
        (Invoke-Recorded { ConvertFrom-PxxlWebhook -WebhookData $old -Secret 'other' -IgnoreAge }).Errors.FullyQualifiedErrorId |
            Should -BeLike 'PxxlSignatureInvalid,*'
    }

    It 'accepts several secrets during a rotation' {
        (ConvertFrom-PxxlWebhook -WebhookData (Get-WebhookData -Body (Get-EventBody)) -Secret 'new', $script:secret).Deployment.Id |
            Should -Be 'dep_1'
    }

    It 'makes no request without -Refresh' {
        ConvertFrom-PxxlWebhook -WebhookData (Get-WebhookData -Body (Get-EventBody)) -Secret $script:secret | Should -Not -BeNullOrEmpty
        Get-SandboxRequest | Should -BeNullOrEmpty
    }

    It 'never shows the secret' {
        $run = Invoke-Recorded {
            ConvertFrom-PxxlWebhook -WebhookData (Get-WebhookData -Body (Get-EventBody)) -Secret $script:secret -Verbose
            ConvertFrom-PxxlWebhook -WebhookData 'no webhook' -Secret $script:secret -Verbose
            ConvertFrom-PxxlWebhook -WebhookData (Get-WebhookData -Body (Get-EventBody) -With @{ Timestamp = '9d' }) -Secret $script:secret -Verbose
        }
        $run | Format-List -Property * -Force | Out-String | Should -Not -Match ([regex]::Escape($script:secret))
        $run.Errors | Format-List -Property * -Force | Out-String | Should -Not -Match ([regex]::Escape($script:secret))
    }
}

Describe '-Refresh' {
    BeforeEach {
        Reset-Sandbox
        Add-SandboxDeployment -Deployment @{ id = "dep_fresh_$([guid]::NewGuid().ToString('n'))"; status = 'deployed'; createdAt = '2026-01-31T12:00:00Z'; commitSha = $script:sha }
        $script:id = Invoke-SandboxControl -Path 'deployments' | Where-Object { $_ -like 'dep_fresh_*' } | Select-Object -Last 1
    }

    It 'reads the deployment once, and returns its data instead of that of the webhook' {
        $given = ConvertFrom-PxxlWebhook -WebhookData (Get-WebhookData -Body (Get-EventBody -Data @{ id = $script:id; status = 'building' })) -Secret $script:secret -Refresh
        $given.Deployment.Status | Should -Be 'Success'
        $given.Deployment.CommitSha | Should -Be $script:sha
        $given.Name | Should -Be 'deployment.status_changed'
        @(Get-SandboxRequest).Count | Should -Be 1
        (Get-SandboxRequest).path | Should -BeLike "*/cli/deployments/$($script:id)"
    }

    It 'accepts an event again with -ReplayGuard if it could not be processed because of <_>' -ForEach 'Unavailable503', 'Unauthorized401' {
        $guard = Join-Path -Path $TestDrive -ChildPath "guard-$([guid]::NewGuid().ToString('n'))"
        $webhook = Get-WebhookData -Body (Get-EventBody -Data @{ id = $script:id })
        $connection = Connect-Pxxl -MaximumRetryCount 0
        Add-SandboxFault -Kind $_
        $failed = Invoke-Recorded { $webhook | ConvertFrom-PxxlWebhook -Secret $script:secret -ReplayGuard $guard -Refresh -Connection $connection }
        @($failed.Errors).Count | Should -Be 1
        $failed.Output | Should -BeNullOrEmpty
        Reset-Sandbox
        ($webhook | ConvertFrom-PxxlWebhook -Secret $script:secret -ReplayGuard $guard -Refresh).Deployment.Status | Should -Be 'Success'
        # Processed now, so from here on it is a replay.
        (Invoke-Recorded { $webhook | ConvertFrom-PxxlWebhook -Secret $script:secret -ReplayGuard $guard -Refresh }).Errors.FullyQualifiedErrorId |
            Should -BeLike 'PxxlWebhookReplayed,*'
    }

    It 'makes no request for an event that is not about a deployment or for a forged webhook' {
        ConvertFrom-PxxlWebhook -WebhookData (Get-WebhookData -Body (Get-EventBody -Name 'oauth.test') -With @{ Event = 'oauth.test' }) -Secret $script:secret -Refresh |
            Should -Not -BeNullOrEmpty
        ConvertFrom-PxxlWebhook -WebhookData (Get-WebhookData -Body (Get-EventBody -Data @{ id = $script:id })) -Secret 'other' -Refresh -ErrorAction Ignore |
            Should -BeNullOrEmpty
        Get-SandboxRequest | Should -BeNullOrEmpty
    }

    It 'is an error for a deployment that does not exist, and returns nothing' {
        $run = Invoke-Recorded { ConvertFrom-PxxlWebhook -WebhookData (Get-WebhookData -Body (Get-EventBody -Data @{ id = 'dep_nowhere' })) -Secret $script:secret -Refresh }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlNotFound,*'
        $run.Output | Should -BeNullOrEmpty
    }

    It 'uses the specified connection' {
        $connection = Connect-Pxxl
        Disconnect-Pxxl
        Clear-SandboxKey
        $given = ConvertFrom-PxxlWebhook -WebhookData (Get-WebhookData -Body (Get-EventBody -Data @{ id = $script:id })) -Secret $script:secret -Refresh -Connection $connection
        $given.Deployment.Status | Should -Be 'Success'
    }
}

Describe 'A scheme that does not bind the timestamp' {
    It 'causes one warning per call, regardless of the number of webhooks: <_>' -ForEach 'BodySecret', 'BodyHashedSecret' {
        $scheme = $_
        $webhooks = foreach ($number in 1..3) {
            Get-WebhookData -Body (Get-EventBody -Data @{ id = "dep_$number" }) -With @{ Scheme = $scheme }
        }
        $run = Invoke-Recorded { $webhooks | ConvertFrom-PxxlWebhook -Secret $script:secret }
        $run.Output.Count | Should -Be 3
        @($run.Warnings).Count | Should -Be 1
        $run.Warnings[0] | Should -BeLike "*$scheme*-ReplayGuard*"
    }

    It 'causes no warning if the timestamp is bound: <_>' -ForEach 'HashedSecret', 'Secret' {
        $scheme = $_
        (Invoke-Recorded { ConvertFrom-PxxlWebhook -WebhookData (Get-WebhookData -Body (Get-EventBody) -With @{ Scheme = $scheme }) -Secret $script:secret }).Warnings |
            Should -BeNullOrEmpty
    }

    It 'causes no warning with a replay guard or for a forged webhook' {
        $webhook = Get-WebhookData -Body (Get-EventBody) -With @{ Scheme = 'BodySecret' }
        (Invoke-Recorded { ConvertFrom-PxxlWebhook -WebhookData $webhook -Secret $script:secret -ReplayGuard (Join-Path -Path $TestDrive -ChildPath 'warned') }).Warnings |
            Should -BeNullOrEmpty
        (Invoke-Recorded { ConvertFrom-PxxlWebhook -WebhookData $webhook -Secret 'other' }).Warnings | Should -BeNullOrEmpty
    }
}

Describe '-ReplayGuard' {
    BeforeEach { $script:guard = Join-Path -Path $TestDrive -ChildPath "guard-$([guid]::NewGuid().ToString('n'))" }

    It 'accepts a webhook once, across calls and together with Test-PxxlSignature' {
        $webhook = Get-WebhookData -Body (Get-EventBody)
        $run = Invoke-Recorded { $webhook, $webhook | ConvertFrom-PxxlWebhook -Secret $script:secret -ReplayGuard $script:guard }
        $run.Output.Count | Should -Be 1
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlWebhookReplayed,*'
        (Test-PxxlSignature -WebhookData $webhook -Secret $script:secret -ReplayGuard $script:guard -Detailed).Reason |
            Should -Be 'Replayed'
        Test-PxxlSignature -WebhookData $webhook -Secret $script:secret | Should -BeTrue
    }

    It 'accepts any PowerShell path' {
        Push-Location -Path $TestDrive
        try {
            ConvertFrom-PxxlWebhook -WebhookData (Get-WebhookData -Body (Get-EventBody)) -Secret $script:secret -ReplayGuard './relative-guard' |
                Should -Not -BeNullOrEmpty
        }
        finally {
            Pop-Location
        }
        Join-Path -Path $TestDrive -ChildPath 'relative-guard' | Should -Exist
    }

    It 'accepts nothing when its file is <What>' -ForEach @(
        @{ What = 'a folder'; Make = { $TestDrive } }
        @{ What = 'in a folder that does not exist'; Make = { Join-Path -Path $TestDrive -ChildPath 'missing/guard' } }
        @{ What = 'a file with other content'; Make = { $path = Join-Path -Path $TestDrive -ChildPath 'notes.txt'; Set-Content -LiteralPath $path -Value 'my own notes, not to be lost' -NoNewline; $path } }
    ) {
        $webhook = Get-WebhookData -Body (Get-EventBody)
        $path = & $Make
        foreach ($cmdlet in 'ConvertFrom-PxxlWebhook', 'Test-PxxlSignature') {
            $run = Invoke-Recorded { & $cmdlet -WebhookData $webhook -Secret $script:secret -ReplayGuard $path }
            $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlReplayGuardUnusable,*'
            $run.Output | Should -BeNullOrEmpty
            $run.HasEnded | Should -BeFalse
        }
        if ($What -eq 'somebody else''s') {
            Get-Content -LiteralPath $path -Raw | Should -BeExactly 'my own notes, not to be lost'
        }
    }

    It 'accepts nothing in a folder without permissions' {
        $folder = New-ReadOnlyFolder -Path (Join-Path -Path $TestDrive -ChildPath 'locked') -Confirm:$false
        $webhook = Get-WebhookData -Body (Get-EventBody)
        $run = Invoke-Recorded { ConvertFrom-PxxlWebhook -WebhookData $webhook -Secret $script:secret -ReplayGuard (Join-Path -Path $folder -ChildPath 'guard') }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlReplayGuardUnusable,*'
        $run.Output | Should -BeNullOrEmpty
    }

    It 'accepts each webhook once from two processes that receive the same webhooks concurrently' {
        $webhooks = foreach ($number in 1..25) {
            $body = Get-EventBody -Data @{ id = "dep_$number" }
            $headers = New-PxxlSignature -Body $body -Secret $script:secret
            @{ RequestBody = $body; RequestHeader = $headers }
        }
        $file = Join-Path -Path $TestDrive -ChildPath 'webhooks.json'
        ConvertTo-Json -InputObject @($webhooks) -Depth 6 | Set-Content -LiteralPath $file
        $script = {
            param($Module, $File, $Guard, $Secret, $Number)
            Import-Module -Name $Module
            $webhooks = Get-Content -LiteralPath $File -Raw | ConvertFrom-Json
            # Both processes start when both are ready.
            Set-Content -LiteralPath "$File.$Number" -Value ''
            while (-not ((Test-Path -LiteralPath "$File.1") -and (Test-Path -LiteralPath "$File.2"))) { continue }
            $webhooks | ConvertFrom-PxxlWebhook -Secret $Secret -ReplayGuard $Guard -ErrorAction SilentlyContinue |
                ForEach-Object -Process { $_.Deployment.Id }
        }
        # Jobs run in separate processes.
        $jobs = foreach ($number in 1, 2) {
            Start-Job -ScriptBlock $script -ArgumentList (Get-TestedModule), $file, $script:guard, $script:secret, $number
        }
        $accepted = @($jobs | Receive-Job -Wait -AutoRemoveJob)
        $accepted.Count | Should -Be 25
        @($accepted | Sort-Object -Unique).Count | Should -Be 25
    }
}

Describe 'Events to reports' {
    BeforeAll {
        function Get-ReportableEvent {
            # An event of a deployment with everything that a report requires.
            param([hashtable] $With = @{}, [string] $Name = 'deployment.status_changed')
            $data = @{ id = 'dep_9'; status = 'succeeded'; commitSha = $script:sha; createdAt = '2024-05-26T11:30:00Z'; projectId = 'proj_1'; projectName = 'shop' }
            foreach ($key in $With.Keys) {
                $data[$key] = $With[$key]
            }
            ConvertFrom-PxxlWebhook -WebhookData (Get-WebhookData -Body (Get-EventBody -Name $Name -Data $data) -With @{ Event = $Name }) -Secret $script:secret
        }
    }

    BeforeEach { Reset-Sandbox }

    It 'become reports whose completedAt is the time of the event if Pxxl provides none' {
        $report = Get-ReportableEvent | ConvertTo-PeriscopeDeployment
        $report.DeploymentId | Should -Be 'pxxl-dep_9'
        $report.Status | Should -Be 'success'
        $report.CompletedAt | Should -Be ([datetimeoffset]::FromUnixTimeSeconds(1716723456))
        $report.Service | Should -Be 'shop'
        (Get-ReportableEvent -With @{ finishedAt = '2024-05-26T11:31:00Z' } | ConvertTo-PeriscopeDeployment).CompletedAt |
            Should -Be ([datetimeoffset] '2024-05-26T11:31:00Z')
    }

    It 'are mapped like deployments, with any kind of dictionary' {
        $map = [System.Collections.Generic.Dictionary[string, string]]::new()
        $map['prod'] = 'production'
        (Get-ReportableEvent -With @{ environment = 'prod' } | ConvertTo-PeriscopeDeployment -EnvironmentMap $map).Environment |
            Should -Be 'production'
        $report = Get-ReportableEvent -With @{ environment = 'prod' } |
            ConvertTo-PeriscopeDeployment -EnvironmentMap @{ prod = 'production' } -ServiceMap @{ shop = 'store' }
        $report.Environment | Should -Be 'production'
        $report.Service | Should -Be 'store'
    }

    It 'are sent to Periscope' {
        $receipt = Get-ReportableEvent | Send-PeriscopeDeployment -WarningAction SilentlyContinue
        $receipt.DeploymentId | Should -Be 'pxxl-dep_9'
        (Get-SandboxReport).payload.status | Should -Be 'success'
        # The text on the wire, before it is parsed as a date.
        (Get-SandboxAttempt).body | Should -BeLike '*"completedAt":"2024-05-26T11:37:36*'
    }

    It 'are skipped with only a verbose message if they are not about a deployment, by <_>' -ForEach @(
        'ConvertTo-PeriscopeDeployment'
        'Send-PeriscopeDeployment'
    ) {
        $cmdlet = $_
        $events = @(Get-ReportableEvent -Name 'project.created'; Get-ReportableEvent -Name 'oauth.test')
        $run = Invoke-Recorded { $events | & $cmdlet -Verbose }
        $run.Output | Should -BeNullOrEmpty
        $run.Errors | Should -BeNullOrEmpty
        $run.Warnings | Should -BeNullOrEmpty
        @($run.Verbose -match 'project\.created').Count | Should -Be 1
        @($run.Verbose -match 'oauth\.test').Count | Should -Be 1
        Get-SandboxAttempt | Should -BeNullOrEmpty
    }

    It 'are skipped with a warning that explains what to do if something is missing' {
        $run = Invoke-Recorded { Get-ReportableEvent -With @{ createdAt = $null } | Send-PeriscopeDeployment }
        $run.Output | Should -BeNullOrEmpty
        $run.Warnings | Should -BeLike '*dep_9*-Refresh*'
    }
}
