# Imports a history from a CSV file into Periscope. Run it again after an interruption: reports that arrived are not sent again.
# Requires PERISCOPE_API_KEY in the environment, and a file with columns named after the parameters of New-PeriscopeDeployment, such as
#   DeploymentId,CommitSha,Environment,Status,StartedAt,CompletedAt,Service
# To check the file first: Import-Csv history.csv | New-PeriscopeDeployment | Test-PeriscopeDeployment | Where-Object -Not IsValid
param(
    [Parameter(Mandatory)]
    [string] $Path,

    # Records which reports arrived, and keeps those that did not. Rejected rows are stored in a separate folder next to it.
    [string] $OutboxPath = "$Path.outbox",

    [int] $ThrottleLimit = 8
)

Import-Module PxxlPeriscope
$null = New-Item -ItemType Directory -Path $OutboxPath -Force -ErrorAction Stop

# A bad row causes one error, and the remaining rows are processed. In an interactive session, a progress bar is shown.
$failures = @()
Import-Csv -LiteralPath $Path |
    New-PeriscopeDeployment -ErrorVariable +failures |
    Send-PeriscopeDeployment -OutboxPath $OutboxPath -ThrottleLimit $ThrottleLimit -ErrorVariable +failures |
    Group-Object -Property Action -NoElement

# Queued reports were not rejected: the next run of this script sends them, or Send-PeriscopeOutboxItem.
$waiting = @(Get-PeriscopeOutboxItem -OutboxPath $OutboxPath | Where-Object -Property IsDead -EQ $false)
if ($failures -or $waiting) {
    Write-Warning "$($failures.Count) rows failed, and $($waiting.Count) wait in $OutboxPath."
    exit 1
}
