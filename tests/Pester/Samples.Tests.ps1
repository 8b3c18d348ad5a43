BeforeDiscovery {
    $samples = (Resolve-Path -Path (Join-Path -Path $PSScriptRoot -ChildPath '../../docs/samples')).ProviderPath
    $script:scripts = @(Get-ChildItem -LiteralPath $samples -Filter *.ps1 -Recurse | ForEach-Object -Process {
            @{ Path = $_.FullName; Name = [System.IO.Path]::GetRelativePath($samples, $_.FullName) }
        })
}

BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    $script:sandbox = Open-Sandbox -Deployments 20
    $script:secret = $script:sandbox.WebhookSecret
    $script:sha = '9868bbc0d1f24a5e8b7c6d5e4f3a2b1c0d9e8f7a'
    $script:samples = (Resolve-Path -Path (Join-Path -Path $PSScriptRoot -ChildPath '../../docs/samples')).ProviderPath
    $script:modulePath = $env:PSModulePath
    # The samples import the module by its name.
    $env:PSModulePath = (Split-Path -Path (Get-TestedModule)) + [System.IO.Path]::PathSeparator + $env:PSModulePath

    function Get-EventBody {
        param([string] $Id = 'dep_sample', [string] $Status = 'succeeded', [string] $Name = 'deployment.status_changed')
        $data = @{ id = $Id; status = $Status; commitSha = $script:sha; createdAt = '2026-01-31T12:00:00Z'; note = ',RequestHeader:{ "q" }' }
        ConvertTo-Json -InputObject ([ordered] @{ event = $Name; timestamp = [datetimeoffset]::UtcNow.ToUnixTimeSeconds(); data = $data }) -Compress
    }

    function Invoke-Alone {
        # Runs a script like its platform: in a new session, where nothing catches its errors.
        param([string] $Script, [hashtable] $Variable = @{})
        $initial = [System.Management.Automation.Runspaces.InitialSessionState]::CreateDefault()
        foreach ($name in $Variable.Keys) {
            $initial.Variables.Add([System.Management.Automation.Runspaces.SessionStateVariableEntry]::new($name, $Variable[$name], ''))
        }
        $runspace = [runspacefactory]::CreateRunspace($initial)
        $runspace.Open()
        $shell = [powershell]::Create($runspace)
        $ending = $null
        $output = @()
        try {
            $null = $shell.AddScript($Script)
            try {
                $output = @($shell.Invoke())
            }
            catch {
                $ending = $_.Exception.InnerException
            }
            [pscustomobject] @{ Output = $output; Errors = @($shell.Streams.Error); Ending = $ending }
        }
        finally {
            $shell.Dispose()
            $runspace.Dispose()
        }
    }
}

AfterAll {
    $env:PSModulePath = $script:modulePath
    Close-Sandbox
}

Describe '<Name>' -ForEach $script:scripts {
    It 'has valid syntax' {
        $problems = $null
        $null = [System.Management.Automation.Language.Parser]::ParseFile($Path, [ref] $null, [ref] $problems)
        $problems | Should -BeNullOrEmpty
    }

    It 'uses only commands and parameters of the module that exist' {
        $syntax = [System.Management.Automation.Language.Parser]::ParseFile($Path, [ref] $null, [ref] $null)
        foreach ($call in $syntax.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] -and $args[0].GetCommandName() -match '-(Pxxl|Periscope)' }, $true)) {
            $command = Get-Command -Name $call.GetCommandName() -ErrorAction Stop
            foreach ($parameter in $call.CommandElements | Where-Object { $_ -is [System.Management.Automation.Language.CommandParameterAst] }) {
                $command.Parameters.Keys | Should -Contain $parameter.ParameterName
            }
        }
    }
}

Describe 'webhook-runbook.ps1' {
    BeforeAll {
        $script:stub = @'
function Get-AutomationVariable { param([string] $Name) @{ PxxlApiKey = $pxxlKey; PeriscopeApiKey = $periscopeKey; PxxlWebhookSecret = $secret }[$Name] }
& $sample -WebhookData $data
'@

        function Invoke-Runbook {
            param([object] $Data)
            Invoke-Alone -Script $script:stub -Variable @{
                data         = $Data
                sample       = Join-Path -Path $script:samples -ChildPath 'webhook-runbook.ps1'
                pxxlKey      = $script:sandbox.PxxlKey
                periscopeKey = $script:sandbox.PeriscopeKey
                secret       = $script:secret
            }
        }

        function Get-RunbookData {
            param([string] $Form, [string] $Body, [string] $Secret = $script:secret)
            $headers = New-PxxlSignature -Body $Body -Secret $Secret
            switch ($Form) {
                'the object of a 5.1 runbook' { [pscustomobject] @{ WebhookName = 'deploys'; RequestBody = $Body; RequestHeader = [pscustomobject] $headers } }
                'a hashtable' { @{ WebhookName = 'deploys'; RequestBody = $Body; RequestHeader = $headers } }
                'JSON text' { ConvertTo-Json -InputObject @{ WebhookName = 'deploys'; RequestBody = $Body; RequestHeader = $headers } -Compress }
                'text that is not JSON' { "{WebhookName:deploys,RequestBody:$Body,RequestHeader:{Connection:Keep-Alive,$(($headers.Keys | ForEach-Object { "${_}:$($headers[$_])" }) -join ',')}}" }
            }
        }
    }

    BeforeEach {
        Reset-Sandbox
        Clear-SandboxKey
    }

    It 'reports the deployment as Pxxl returns it, from <_>' -ForEach @(
        'the object of a 5.1 runbook'
        'a hashtable'
        'JSON text'
        'text that is not JSON'
    ) {
        $id = "dep_runbook_$([guid]::NewGuid().ToString('n'))"
        Add-SandboxDeployment -Deployment @{ id = $id; status = 'failed'; createdAt = '2026-01-31T12:00:00Z'; commitSha = $script:sha; environment = 'production' }
        $run = Invoke-Runbook -Data (Get-RunbookData -Form $_ -Body (Get-EventBody -Id $id -Status 'building'))
        $run.Ending | Should -BeNullOrEmpty
        $run.Errors | Should -BeNullOrEmpty
        $run.Output.DeploymentId | Should -Be "pxxl-$id"
        $report = Get-SandboxReport
        $report.deploymentId | Should -Be "pxxl-$id"
        $report.payload.status | Should -Be 'failure'
    }

    It 'ends with an error for a forged webhook and reports nothing' {
        $run = Invoke-Runbook -Data (Get-RunbookData -Form 'text that is not JSON' -Body (Get-EventBody) -Secret 'other')
        $run.Ending.ErrorRecord.FullyQualifiedErrorId | Should -BeLike 'PxxlSignatureInvalid,*'
        Get-SandboxAttempt | Should -BeNullOrEmpty
    }

    It 'ends with an error if Periscope does not accept the report' {
        Add-SandboxFault -Kind Forbidden403 -With @{ service = 'Periscope' }
        $id = "dep_runbook_$([guid]::NewGuid().ToString('n'))"
        Add-SandboxDeployment -Deployment @{ id = $id; status = 'failed'; createdAt = '2026-01-31T12:00:00Z'; commitSha = $script:sha }
        $run = Invoke-Runbook -Data (Get-RunbookData -Form 'a hashtable' -Body (Get-EventBody -Id $id))
        $run.Ending.ErrorRecord.FullyQualifiedErrorId | Should -BeLike 'PeriscopeForbidden,*'
    }
}

Describe 'deploy-and-wait.ps1' {
    BeforeAll {
        # Like a CI job, runs the script in a separate process, of which only the exit code counts.
        $script:job = @'
& $Sample -Project $Project -TimeoutSec $Seconds *>&1 | Out-String -Width 300
"exit code $LASTEXITCODE"
'@

        function Invoke-DeployJob {
            param([string] $Project = 'checkout-api', [int] $Seconds = 60)
            Start-ChildShell -Script $script:job -Confirm:$false -Variable @{
                Sample = Join-Path -Path $script:samples -ChildPath 'deploy-and-wait.ps1'; Project = $Project; Seconds = $Seconds
            }
        }

        function Get-StartedId {
            # The deployment that the script has started, when the script has read it.
            Test-Until { @(Get-SandboxRequest -Path '*/cli/deployments/*' | Where-Object status).Count -ge 2 } | Should -BeTrue
            (Get-SandboxRequest -Path '*/cli/deployments/*')[0].path.Split('/')[-1]
        }
    }

    BeforeEach {
        Reset-Sandbox
        $env:CHAT_WEBHOOK = "$($script:sandbox.Root)/chat/services/x"
    }

    AfterAll { $env:CHAT_WEBHOOK = $null }

    It 'exits with 0 when the deployment is live, without a notification' {
        $shell = Invoke-DeployJob
        $id = Get-StartedId
        Step-SandboxClock -Seconds 600
        $text = Receive-ChildShell -Shell $shell
        $text | Should -Match "$id of checkout-api is live"
        $text | Should -Match 'exit code 0$'
        Invoke-SandboxControl -Path 'notifications' | Should -BeNullOrEmpty
    }

    It 'exits with 1 if the release fails after a successful build, and notifies the chat' {
        $shell = Invoke-DeployJob
        $id = Get-StartedId
        Add-SandboxDeployment @{ id = $id; status = 'failed'; buildStatus = 'completed'; projectName = 'checkout-api'; createdAt = [datetimeoffset]::UtcNow.ToString('o') }
        $text = Receive-ChildShell -Shell $shell
        # PowerShell breaks an error into several lines.
        $text -replace '\r?\n\s*\|\s*', ' ' | Should -Match "The deployment $id of checkout-api failed during the release"
        $text | Should -Match 'exit code 1$'
        (Invoke-SandboxControl -Path 'notifications').body | Should -Match 'release failed \(build ok\)'
    }

    It 'exits with 2 if the deployment is not live in time, and notifies the chat' {
        $text = Receive-ChildShell -Shell (Invoke-DeployJob -Seconds 1)
        $text | Should -Match 'exit code 2$'
        @(Invoke-SandboxControl -Path 'notifications').Count | Should -Be 1
    }

    It 'exits with 3 if <What>' -ForEach @(
        @{ What = 'the project does not exist'; Project = 'missing'; Key = $null }
        @{ What = 'the key is wrong'; Project = 'checkout-api'; Key = 'pxxl_wrong' }
    ) {
        if ($Key) { $env:PXXL_API_KEY = $Key }
        Receive-ChildShell -Shell (Invoke-DeployJob -Project $Project) | Should -Match 'exit code 3$'
        Invoke-SandboxControl -Path 'notifications' | Should -BeNullOrEmpty
    }
}

Describe 'azure-function/run.ps1' {
    BeforeAll {
        $script:stub = @'
$answers = [System.Collections.Generic.List[object]]::new()
function Push-OutputBinding { param([string] $Name, [object] $Value) $answers.Add(@{ Name = $Name; Status = [int] $Value.StatusCode }) }
Import-Module PxxlPeriscope
if ($noRetry) { $null = Connect-Periscope -MaximumRetryCount 0 }
$null = & $sample -Request $request -TriggerMetadata @{}
$answers
'@

        function Invoke-Function {
            # A request in the format of Azure Functions, and the responses that were pushed.
            param([string] $Body, [string] $Secret = $script:secret, [switch] $NoRetry)
            $name = if ($Body -match '"event":"([^"]+)"') { $Matches[1] } else { 'deployment.created' }
            $signed = New-PxxlSignature -Body $Body -Secret $Secret -Event $name
            $headers = [System.Collections.Generic.Dictionary[string, string]]::new()
            foreach ($key in $signed.Keys) {
                $headers[$key.ToLowerInvariant()] = $signed[$key]
            }
            $headers['user-agent'] = 'Pxxl-Webhooks/1.0'
            Invoke-Alone -Script $script:stub -Variable @{
                sample  = Join-Path -Path $script:samples -ChildPath 'azure-function/run.ps1'
                noRetry = [bool] $NoRetry
                request = [pscustomobject] @{ Body = @{ parsed = $true }; RawBody = $Body; Headers = $headers; Method = 'POST'; Url = 'https://f.example/api/pxxl'; Params = @{}; Query = @{} }
            }
        }
    }

    BeforeEach { Reset-Sandbox }

    It 'responds with 200 when Periscope has the report' {
        $run = Invoke-Function -Body (Get-EventBody -Id 'dep_function')
        $run.Ending | Should -BeNullOrEmpty
        $run.Output.Status | Should -Be 200
        $run.Output.Name | Should -Be 'Response'
        (Get-SandboxReport).deploymentId | Should -Be 'pxxl-dep_function'
    }

    It 'responds with 200 to an event that is not about a deployment, and reports nothing' {
        (Invoke-Function -Body (Get-EventBody -Name 'project.created')).Output.Status | Should -Be 200
        Get-SandboxAttempt | Should -BeNullOrEmpty
    }

    It 'responds with 401 to a forged webhook, and reports nothing' {
        $run = Invoke-Function -Body (Get-EventBody) -Secret 'other'
        $run.Output.Status | Should -Be 401
        Get-SandboxAttempt | Should -BeNullOrEmpty
    }

    It 'responds with 401 to a request that is not an event' {
        (Invoke-Function -Body 'hello').Output.Status | Should -Be 401
    }

    It 'responds with 503 if Periscope is down, so that Pxxl sends the webhook again' {
        Add-SandboxFault -Kind Unavailable503 -With @{ service = 'Periscope' }
        $run = Invoke-Function -Body (Get-EventBody) -NoRetry
        @($run.Output.Status) | Should -Be @(503)
    }

    It 'responds with 503 if the Periscope key is wrong' {
        $env:PERISCOPE_API_KEY = 'prs_wrong_key'
        $run = Invoke-Function -Body (Get-EventBody)
        @($run.Output.Status) | Should -Be @(503)
        Get-SandboxReport | Should -BeNullOrEmpty
    }

    It 'has bindings for a POST and its response' {
        $bindings = (Get-Content -LiteralPath (Join-Path -Path $script:samples -ChildPath 'azure-function/function.json') -Raw | ConvertFrom-Json).bindings
        $trigger = $bindings | Where-Object type -EQ 'httpTrigger'
        $trigger.methods | Should -Be 'post'
        $trigger.name | Should -Be 'Request'
        ($bindings | Where-Object type -EQ 'http').name | Should -Be 'Response'
    }
}

Describe 'webhook-receiver.ps1' {
    It 'reports the received events and ends after -Count, with an empty inbox' {
        Reset-Sandbox
        $probe = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
        $probe.Start()
        $prefix = "http://127.0.0.1:$($probe.LocalEndpoint.Port)/"
        $probe.Stop()
        $inbox = Join-Path -Path $TestDrive -ChildPath 'inbox'
        $runspace = [runspacefactory]::CreateRunspace()
        $runspace.Open()
        $shell = [powershell]::Create($runspace)
        try {
            $null = $shell.AddCommand((Join-Path -Path $script:samples -ChildPath 'webhook-receiver.ps1')).AddParameters(@{ Prefix = $prefix; InboxPath = $inbox; Count = 1 })
            $call = $shell.BeginInvoke()
            $body = Get-EventBody -Id 'dep_received'
            $headers = New-PxxlSignature -Body $body -Secret $script:secret
            $status = 0
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            while ($status -ne 200 -and $watch.Elapsed.TotalSeconds -lt 30) {
                $answer = try { Invoke-WebRequest -Uri $prefix -Method Post -Body $body -Headers $headers -NoProxy } catch { $null }
                $status = if ($answer) { $answer.StatusCode } else { 0 }
            }
            $status | Should -Be 200
            $call.AsyncWaitHandle.WaitOne([timespan]::FromSeconds(30)) | Should -BeTrue
            $shell.EndInvoke($call).DeploymentId | Should -Be 'pxxl-dep_received'
        }
        finally {
            $shell.Dispose()
            $runspace.Dispose()
        }
        (Get-SandboxReport).deploymentId | Should -Be 'pxxl-dep_received'
        Get-ChildItem -LiteralPath $inbox | Should -BeNullOrEmpty
        "$inbox.seen" | Should -Exist
    }
}

Describe 'scheduled-sync.ps1' {
    BeforeAll {
        $script:job = 'Import-Module $Module; $null = Connect-Periscope -MaximumRetryCount 0; & $Sample -Folder $Folder @more'

        function Invoke-Job {
            # Like a scheduler, runs the script in a separate process, of which the exit code counts.
            param([string] $Folder, [string] $More = '@{}')
            $sample = Join-Path -Path $script:samples -ChildPath 'scheduled-sync.ps1'
            Invoke-ChildShell -Script ('$more = ' + $More + "`
" + $script:job) -Variable @{ Sample = $sample; Folder = $Folder }
        }
    }

    BeforeEach {
        Reset-Sandbox
        # By then all deployments have finished, so nothing changes between two runs.
        Step-SandboxClock -Seconds 3600
        $script:folder = Join-Path -Path $TestDrive -ChildPath ([guid]::NewGuid().ToString('n'))
    }

    It 'creates its folders, reports, and has nothing to do the next time' {
        Invoke-Job -Folder $script:folder | Should -Match 'Queued +: 0'
        $reported = @(Get-SandboxReport).Count
        $reported | Should -BeGreaterThan 5
        $attempts = @(Get-SandboxAttempt).Count
        Invoke-Job -Folder $script:folder | Should -Match 'Reported +: 0'
        @(Get-SandboxAttempt).Count | Should -Be $attempts
    }

    It 'accepts projects' {
        $null = Invoke-Job -Folder $script:folder -More '@{ ProjectId = "checkout-api", "docs-site" }'
        (Get-SandboxReport).payload.service | Where-Object { $_ -notlike 'proj_*' } | Select-Object -Unique |
            Should -BeIn 'checkout-api', 'docs-site'
    }

    It 'exits with 1 if reports were not delivered, and delivers them the next time' {
        Add-SandboxFault -Kind Unavailable503 -With @{ service = 'Periscope' }
        { Invoke-Job -Folder $script:folder } | Should -Throw '*ended with 1*Not all reports reached Periscope*'
        Invoke-SandboxControl -Path 'faults' -Method Delete
        Invoke-Job -Folder $script:folder | Should -Match 'Queued +: 0'
        Get-PeriscopeOutboxItem -OutboxPath (Join-Path -Path $script:folder -ChildPath 'outbox') | Should -BeNullOrEmpty
        @(Get-SandboxReport).Count | Should -BeGreaterThan 5
    }
}

Describe 'backfill.ps1' {
    BeforeAll {
        function Invoke-Backfill {
            param([string] $Path)
            $sample = Join-Path -Path $script:samples -ChildPath 'backfill.ps1'
            Invoke-ChildShell -Script 'Import-Module $Module; $null = Connect-Periscope -MaximumRetryCount 0; $ErrorActionPreference = ''Continue''; & $Sample -Path $Path; exit $LASTEXITCODE' -Variable @{ Sample = $sample; Path = $Path }
        }
    }

    BeforeEach {
        Reset-Sandbox
        $script:csv = Join-Path -Path $TestDrive -ChildPath "$([guid]::NewGuid().ToString('n')).csv"
        $script:rows = (1..40).ForEach({
                [pscustomobject] @{
                    DeploymentId = "old-$_"; CommitSha = $script:sha; Environment = 'production'; Status = 'success'
                    StartedAt = '2026-01-31T12:00:00Z'; CompletedAt = '2026-01-31T12:05:00Z'; Service = 'one'
                }
            })
        $script:rows | Export-Csv -LiteralPath $script:csv
    }

    It 'sends each row once, regardless of how often it runs' {
        Invoke-Backfill -Path $script:csv | Should -Match '40 Created'
        Invoke-Backfill -Path $script:csv | Should -Match '40 Unchanged'
        @(Get-SandboxAttempt).Count | Should -Be 40
    }

    It 'sends the remaining rows after an interruption' {
        Add-SandboxFault -Kind Unavailable503 -With @{ service = 'Periscope'; skip = 15 }
        { Invoke-Backfill -Path $script:csv } | Should -Throw '*ended with 1*'
        Invoke-SandboxControl -Path 'faults' -Method Delete
        $null = Invoke-Backfill -Path $script:csv
        @(Get-SandboxReport).Count | Should -Be 40
        @(Get-SandboxAttempt).Count | Should -Be 40
    }

    It 'sends the valid rows, stores the invalid ones separately, and exits with 1' {
        $script:rows[6].CommitSha = 'not-a-commit'
        $script:rows | Export-Csv -LiteralPath $script:csv
        { Invoke-Backfill -Path $script:csv } | Should -Throw '*ended with 1*not-a-commit*'
        # Identified by the line in the file. The header is line 1.
        $run = Invoke-Recorded { Import-Csv -LiteralPath $script:csv | New-PeriscopeDeployment | Send-PeriscopeDeployment -OutboxPath "$script:csv.outbox" }
        @($run.Warnings -match '1 of 40 reports').Count | Should -Be 1
        $run.Warnings -match '\bline 8\b' | Should -Not -BeNullOrEmpty
        @(Get-SandboxReport).Count | Should -Be 39
        (Get-PeriscopeOutboxItem -OutboxPath "$script:csv.outbox" -Dead).DeploymentId | Should -Be 'old-7'
    }
}
