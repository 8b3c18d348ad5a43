# A receiver on one's own server: keeps each event before it answers, and reports it. Restart it as often as you like.
# Needs: PXXL_WEBHOOK_SECRET and PERISCOPE_API_KEY in the environment, and a proxy with TLS in front for senders from outside.
param(
    [string] $Prefix = 'http://127.0.0.1:8787/',
    [string] $InboxPath = (Join-Path $HOME 'pxxl-inbox'),
    [int] $Count = [int]::MaxValue
)

Import-Module PxxlPeriscope

Receive-PxxlWebhook -Secret $env:PXXL_WEBHOOK_SECRET -Prefix $Prefix -InboxPath $InboxPath -ReplayGuard "$InboxPath.seen" -Count $Count |
    Send-PeriscopeDeployment
