# A complete example, as a user would type it. `dotnet run docs/samples/demo.cs` starts the sandbox, sets the keys and runs this script.
#Requires -Version 5.1
$ErrorActionPreference = 'Stop'
Import-Module (Join-Path $PSScriptRoot '../../out/PxxlPeriscope')

function Step([string] $Text) { Write-Host "`nPS> $Text" -ForegroundColor Cyan }

Step 'Connect-Pxxl'
Connect-Pxxl | Out-Host

Step 'Get-PxxlDeployment -First 8'
Get-PxxlDeployment -First 8 | Out-Host

Step 'Get-PxxlDeployment -Since (Get-Date).AddDays(-7) | Send-PeriscopeDeployment'
$receipts = Get-PxxlDeployment -Since (Get-Date).AddDays(-7) | Send-PeriscopeDeployment
$receipts | Out-Host

Step '$receipts | Group-Object Environment, Status -NoElement'
$receipts | Group-Object -Property Environment, Status -NoElement | Sort-Object -Property Count -Descending | Out-Host

Write-Host "$($receipts.Count) deployments reported."
