# A receiver on your own server: stores each event before it responds, and reports it. You can restart it at any time.
# Requires PXXL_WEBHOOK_SECRET and PERISCOPE_API_KEY in the environment, and a TLS proxy in front of it for external senders.
param(
    [string] $Prefix = 'http://127.0.0.1:8787/',
    [string] $InboxPath = (Join-Path $HOME 'pxxl-inbox'),
    [int] $Count = [int]::MaxValue
)

Import-Module PxxlPeriscope

Receive-PxxlWebhook -Secret $env:PXXL_WEBHOOK_SECRET -Prefix $Prefix -InboxPath $InboxPath -ReplayGuard "$InboxPath.seen" -Count $Count |
    Send-PeriscopeDeployment
