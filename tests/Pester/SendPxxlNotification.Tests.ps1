BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    $script:sandbox = Open-Sandbox -Deployments 60
    # Simulates a chat: it accepts any POST, and the token "gone" stands for a revoked webhook.
    $script:chat = "$($script:sandbox.Root)/chat/services/T0SECRET/tokenSECRET"
    $script:gone = "$($script:sandbox.Root)/chat/gone/tokenSECRET"
    $script:failed = [PxxlPeriscope.Deployment]@{
        Id = 'dep_1'; ProjectId = 'proj_1'; ProjectName = 'checkout-api'; Status = 'Failed'; BuildStatus = 'completed'; Environment = 'production'
        Branch = 'main'; CommitSha = '1a2b3c4d5e6f7081'; CommitMessage = 'Mend <!channel> the cart'; TriggeredBy = 'jane'; BuildSeconds = 185
    }
    $script:title = 'checkout-api failed in production: release failed (build ok)'

    function Get-SandboxNotification {
        # The notifications that the chat received, oldest first, with the body parsed as JSON.
        [CmdletBinding()]
        param()
        foreach ($taken in Invoke-SandboxControl -Path 'notifications') {
            $taken | Add-Member -NotePropertyName Message -NotePropertyValue (ConvertFrom-Json -InputObject $taken.body) -PassThru
        }
    }
}

AfterAll { Close-Sandbox }

Describe 'Send-PxxlNotification' {
    BeforeEach { Reset-Sandbox }

    It 'uses the specified proxy' {
        # The sandbox is not a proxy, but it responds to every request.
        $script:failed | Send-PxxlNotification -Uri 'http://localhost:9/chat/services/T0/token' -As Slack -Proxy $script:sandbox.Root
        @(Get-SandboxNotification).Count | Should -Be 1
    }

    It 'accepts -Proxy or -NoProxy, not both' {
        $run = Invoke-Recorded { $script:failed | Send-PxxlNotification -Uri $script:chat -Proxy $script:sandbox.Root -NoProxy }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlAmbiguousProxy,*'
        $run.HasEnded | Should -BeTrue
        Get-SandboxNotification | Should -BeNullOrEmpty
    }

    Context 'formats' {
        It 'writes Slack markup, and escapes markup in names and messages' {
            $script:failed | Send-PxxlNotification -Uri $script:chat -As Slack | Should -BeNullOrEmpty
            $text = (Get-SandboxNotification).Message.text -split "`n"
            $text[0] | Should -Be "*$script:title*"
            $text[1] | Should -Be 'main 1a2b3c4 "Mend &lt;!channel&gt; the cart" by jane, 3 min 5 s'
            $text[2] | Should -Be '<https://pxxl.app/dashboard/projects/proj_1/deployments/dep_1|Open in Pxxl>'
        }

        It 'writes to Teams as an Adaptive Card' {
            $script:failed | Send-PxxlNotification -Uri $script:chat -As Teams
            $message = (Get-SandboxNotification).Message
            $message.attachments.contentType | Should -Be 'application/vnd.microsoft.card.adaptive'
            $card = $message.attachments.content
            $card.body[0].inlines.text | Should -Be $script:title
            $card.actions.url | Should -Be 'https://pxxl.app/dashboard/projects/proj_1/deployments/dep_1'
        }

        It 'writes to Discord without mentions' {
            $script:failed | Send-PxxlNotification -Uri $script:chat -As Discord
            $message = (Get-SandboxNotification).Message
            $message.content | Should -BeLike "*$script:title*<https://pxxl.app/dashboard/projects/proj_1/deployments/dep_1>"
            $message.allowed_mentions.parse.Count | Should -Be 0
        }

        It 'writes JSON for an unknown host' {
            $script:failed | Send-PxxlNotification -Uri $script:chat
            $taken = Get-SandboxNotification
            $taken.contentType | Should -Be 'application/json'
            $taken.Message.event | Should -Be 'deployment'
            $taken.Message.text | Should -BeLike "$script:title*"
            $taken.Message.deployment.failedPhase | Should -Be 'Release'
        }
    }

    Context 'notifications about' {
        It 'deployments of Get-PxxlDeployment, one message each, in order' {
            $deployments = Get-PxxlDeployment -First 5
            $deployments | Send-PxxlNotification -Uri $script:chat
            (Get-SandboxNotification).Message.deployment.id | Should -Be $deployments.Id
        }

        It 'changes' {
            [PxxlPeriscope.DeploymentChange]@{ Deployment = $script:failed; Previous = 'InProgress'; Current = 'Failed'; At = '2026-03-14T09:00:00Z' } |
                Send-PxxlNotification -Uri $script:chat
            $message = (Get-SandboxNotification).Message
            $message.event | Should -Be 'deployment.changed'
            $message.title | Should -Be $script:title
            $message.change.previous | Should -Be 'InProgress'
        }

        It 'budgets of Test-PxxlBudget' {
            Get-PxxlUsage | Test-PxxlBudget -Deployments 60 -Databases 1 -WarningAction SilentlyContinue |
                Send-PxxlNotification -Uri $script:chat
            $messages = (Get-SandboxNotification).Message
            $messages.title | Should -Be 'Pxxl: the budget for deployments is reached', 'Pxxl: the budget for databases cannot be checked'
            $messages[0].budget.percent | Should -Be 100
        }

        It 'nothing if all budgets are met' {
            Get-PxxlUsage | Test-PxxlBudget -Deployments 60000 | Send-PxxlNotification -Uri $script:chat
            Get-SandboxNotification | Should -BeNullOrEmpty
        }

        It 'no other objects' {
            $run = Invoke-Recorded { 'dep_1', (Get-Date) | Send-PxxlNotification -Uri $script:chat }
            $run.Errors.FullyQualifiedErrorId | Should -BeLike 'InputObjectNotBound,*'
            Get-SandboxNotification | Should -BeNullOrEmpty
        }

        It 'all of these by parameter as well' {
            Send-PxxlNotification $script:chat -Deployment $script:failed, $script:failed
            @(Get-SandboxNotification).Count | Should -Be 2
        }
    }

    Context 'the address' {
        It 'may be <Form>' -ForEach @(
            @{ Form = 'a string'; Wrap = { $args[0] } }
            @{ Form = 'a SecureString'; Wrap = { $secure = [securestring]::new(); $args[0].ToCharArray().ForEach({ $secure.AppendChar($_) }); $secure } }
            @{ Form = 'a PSCredential'; Wrap = { $secure = [securestring]::new(); $args[0].ToCharArray().ForEach({ $secure.AppendChar($_) }); [pscredential]::new('chat', $secure) } }
            @{ Form = 'a Uri'; Wrap = { [uri] $args[0] } }
        ) {
            $address = & $Wrap $script:chat
            $script:failed | Send-PxxlNotification -Uri $address
            (Get-SandboxNotification).path | Should -Be '/chat/services/T0SECRET/tokenSECRET'
        }

        It 'is rejected if it is <Form>, without being shown' -ForEach @(
            @{ Form = 'not https'; Address = 'http://chat.example/tokenSECRET' }
            @{ Form = 'not a URI'; Address = 'tokenSECRET' }
            @{ Form = 'empty'; Address = '' }
            @{ Form = 'null'; Address = $null }
            @{ Form = 'a URI with a password'; Address = 'https://jane:tokenSECRET@chat.example/' }
            @{ Form = 'of an unexpected type'; Address = @{ Uri = 'https://chat.example/tokenSECRET' } }
        ) {
            $run = Invoke-Recorded { $script:failed | Send-PxxlNotification -Uri $Address }
            $run.HasEnded | Should -BeTrue
            $run.Errors[0].FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentTransformationError,*'
            $run.Errors[0] | Format-List -Property * -Force | Out-String | Should -Not -Match 'SECRET'
        }

        It 'is never shown, except for scheme and host' {
            $run = Invoke-Recorded { $script:failed | Send-PxxlNotification -Uri $script:chat -Verbose; $script:failed | Send-PxxlNotification -Uri $script:gone -Verbose }
            $said = @($run.Verbose) + @($run.Errors | Format-List -Property * -Force | Out-String -Width 4000)
            $said -match 'POST /\*\*\* -> 200' | Should -Not -BeNullOrEmpty
            $said -match 'SECRET' | Should -BeNullOrEmpty
            [PxxlPeriscope.NotificationAddress]::From($script:chat) | Format-List -Property * -Force | Out-String |
                Should -Not -Match 'SECRET'
        }
    }

    Context 'keys' {
        It 'sends none' {
            $null = Connect-Pxxl
            $null = Connect-Periscope
            $script:failed | Send-PxxlNotification -Uri $script:chat
            (Get-SandboxNotification).hasAuthorization | Should -BeFalse
            (Get-SandboxRequest -Service Chat).hasAuthorization | Should -BeFalse
            Disconnect-Pxxl
            Disconnect-Periscope
        }

        It 'needs none' {
            Clear-SandboxKey
            $run = Invoke-Recorded { $script:failed | Send-PxxlNotification -Uri $script:chat }
            $run.Errors | Should -BeNullOrEmpty
            @(Get-SandboxNotification).Count | Should -Be 1
        }
    }

    Context '-WhatIf' {
        It 'sends nothing, and shows the notification and the host' {
            $shown = Invoke-ChildShell -Variable @{ Chat = $script:chat } -Script @'
Import-Module $Module
[PxxlPeriscope.Deployment]@{ Id = 'dep_1'; Status = 'Success' } | Send-PxxlNotification -Uri $Chat -WhatIf
'@
            $shown -replace '\s+', ' ' |
                Should -BeLike 'What if: Performing the operation "Notify http://127.0.0.1:*/`*`*`*" on target "dep_1 is live".'
            Get-SandboxRequest | Should -BeNullOrEmpty
        }
    }

    Context '-PassThru' {
        It 'passes each object on unchanged, even if its notification failed' {
            $deployments = Get-PxxlDeployment -First 3
            $run = Invoke-Recorded { $deployments | Send-PxxlNotification -Uri $script:gone -PassThru }
            $run.Output.Id | Should -Be $deployments.Id
            [object]::ReferenceEquals($run.Output[0], $deployments[0]) | Should -BeTrue
            $run.Errors.Count | Should -Be 3
        }

        It 'keeps the pipeline going with -WhatIf' {
            $script:failed | Send-PxxlNotification -Uri $script:chat -PassThru -WhatIf | Should -Be $script:failed
        }
    }

    Context 'failures' {
        It 'are one error per notification, with the object and the response of the chat' {
            $run = Invoke-Recorded { $script:failed, $script:failed | Send-PxxlNotification -Uri $script:gone }
            $run.HasEnded | Should -BeFalse
            $run.Errors.Count | Should -Be 2
            $run.Errors[0].FullyQualifiedErrorId |
                Should -Be 'PxxlNotificationFailed,PxxlPeriscope.PowerShell.Commands.SendPxxlNotification'
            $run.Errors[0].Exception.Message | Should -Match 'HTTP 404.*no_service'
            $run.Errors[0].Exception.StatusCode | Should -Be 404
            $run.Errors[0].ErrorDetails.RecommendedAction | Should -Match 'revoked'
            [object]::ReferenceEquals($run.Errors[0].TargetObject, $script:failed) | Should -BeTrue
        }

        It 'do not affect other notifications' {
            Add-SandboxFault -Kind Forbidden403 -With @{ service = 'Chat'; times = 1 }
            $run = Invoke-Recorded { Get-PxxlDeployment -First 3 | Send-PxxlNotification -Uri $script:chat }
            $run.Errors.Count | Should -Be 1
            @(Get-SandboxNotification).Count | Should -Be 2
        }

        It 'are retried: <_>' -ForEach 'TooManyRequestsSeconds', 'Unavailable503RetryAfter', 'ResetBeforeResponse' {
            Add-SandboxFault -Kind $_ -With @{ service = 'Chat'; times = 1; retryAfterSeconds = 1 }
            $run = Invoke-Recorded { $script:failed | Send-PxxlNotification -Uri $script:chat }
            $run.Errors | Should -BeNullOrEmpty
            @(Get-SandboxNotification).Count | Should -Be 1
            (Invoke-SandboxControl -Path 'requests').retriedTooEarly | Should -Be 0
        }

        It 'are not retried with -MaximumRetryCount 0' {
            Add-SandboxFault -Kind BadGateway502 -With @{ service = 'Chat'; times = 1 }
            $run = Invoke-Recorded { $script:failed | Send-PxxlNotification -Uri $script:chat -MaximumRetryCount 0 }
            $run.Errors.Count | Should -Be 1
            @(Get-SandboxRequest -Service Chat).Count | Should -Be 1
        }

        It 'include a redirect, which is not followed' {
            Add-SandboxFault -Kind RedirectOtherHost -With @{ service = 'Chat' }
            $run = Invoke-Recorded { $script:failed | Send-PxxlNotification -Uri $script:chat }
            $run.Errors[0].Exception.Message | Should -Match 'not followed'
            @(Get-SandboxRequest -Service Chat).Count | Should -Be 1
        }
    }
}
