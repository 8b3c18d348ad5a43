@{
    RootModule             = 'PxxlPeriscope.psm1'
    # The build replaces this with the version in Directory.Build.props.
    ModuleVersion          = '0.0.0'
    GUID                   = '5b0c0f5e-8f52-4a0e-9a3c-3c4f6f1d7a21'
    Author                 = 'The PxxlPeriscope contributors'
    CompanyName            = 'The PxxlPeriscope contributors'
    Copyright              = '(c) The PxxlPeriscope contributors. MIT License.'
    Description            = 'Reads deployments, projects and usage from Pxxl, verifies its webhooks, and reports deployments to Periscope for delivery (DORA) metrics.'
    PowerShellVersion      = '5.1'
    CompatiblePSEditions   = @('Core', 'Desktop')
    DotNetFrameworkVersion = '4.7.2'
    FormatsToProcess       = @('PxxlPeriscope.Format.ps1xml')
    CmdletsToExport        = @(
        'Connect-Periscope'
        'Connect-Pxxl'
        'ConvertFrom-PxxlWebhook'
        'ConvertTo-PeriscopeDeployment'
        'Disconnect-Periscope'
        'Disconnect-Pxxl'
        'Get-PeriscopeConnection'
        'Get-PeriscopeOutboxItem'
        'Get-PxxlConnection'
        'Get-PxxlDeployment'
        'Get-PxxlDeploymentLog'
        'Get-PxxlDomain'
        'Get-PxxlProject'
        'Get-PxxlProjectVariable'
        'Get-PxxlTeam'
        'Get-PxxlUsage'
        'Invoke-PxxlApi'
        'New-PeriscopeDeployment'
        'New-PxxlSignature'
        'Receive-PxxlWebhook'
        'Remove-PeriscopeOutboxItem'
        'Send-PeriscopeDeployment'
        'Send-PeriscopeOutboxItem'
        'Send-PxxlNotification'
        'Start-PxxlDeployment'
        'Sync-PeriscopeDeployment'
        'Test-PeriscopeDeployment'
        'Test-PxxlBudget'
        'Test-PxxlSignature'
        'Wait-PxxlDeployment'
        'Watch-PxxlDeployment'
    )
    FunctionsToExport      = @()
    AliasesToExport        = @()
    VariablesToExport      = @()
    PrivateData            = @{
        PSData = @{
            Tags       = @('Pxxl', 'Periscope', 'Deployment', 'DORA', 'Metrics', 'Webhook', 'AzureAutomation', 'PSEdition_Core', 'PSEdition_Desktop', 'Windows', 'Linux', 'MacOS')
            LicenseUri = 'https://opensource.org/license/mit'
        }
    }
}
