# Azure Automation runbook, Windows PowerShell 5.1 or PowerShell 7: reports each deployment as Pxxl's webhook announces it.
# Needs: this module; the variables PxxlWebhookSecret, PeriscopeApiKey and (for -Refresh) PxxlApiKey, all encrypted; and a webhook of
# this runbook, whose address goes into Pxxl's dashboard under Settings > Webhooks.
# Tried here with $WebhookData in all of its forms, not in Azure Automation itself.
param(
    [Parameter(Mandatory)]
    [object] $WebhookData
)

$ErrorActionPreference = 'Stop'
Import-Module PxxlPeriscope

$pxxl = Connect-Pxxl -ApiKey (Get-AutomationVariable -Name PxxlApiKey)
$periscope = Connect-Periscope -ApiKey (Get-AutomationVariable -Name PeriscopeApiKey)

# With an error as the job's end: a job that "completes" although nothing was reported is noticed by nobody.
ConvertFrom-PxxlWebhook -WebhookData $WebhookData -Secret (Get-AutomationVariable -Name PxxlWebhookSecret) -Refresh -Connection $pxxl |
    Send-PeriscopeDeployment -Connection $periscope
