# Azure Automation runbook for Windows PowerShell 5.1 or PowerShell 7: reports each deployment that a Pxxl webhook announces.
# Requires this module; the variables PxxlWebhookSecret, PeriscopeApiKey and (for -Refresh) PxxlApiKey, all encrypted; and a webhook of
# this runbook, whose address you enter in the Pxxl dashboard under Settings > Webhooks.
# Tested with $WebhookData in all of its forms, but not in Azure Automation itself.
param(
    [Parameter(Mandatory)]
    [object] $WebhookData
)

$ErrorActionPreference = 'Stop'
Import-Module PxxlPeriscope

$pxxl = Connect-Pxxl -ApiKey (Get-AutomationVariable -Name PxxlApiKey)
$periscope = Connect-Periscope -ApiKey (Get-AutomationVariable -Name PeriscopeApiKey)

# An error fails the job; a job that completes although nothing was reported would go unnoticed.
ConvertFrom-PxxlWebhook -WebhookData $WebhookData -Secret (Get-AutomationVariable -Name PxxlWebhookSecret) -Refresh -Connection $pxxl |
    Send-PeriscopeDeployment -Connection $periscope
