# Brings a history into Periscope from a CSV file, once. Start it again whenever it was broken off: what arrived is not sent again.
# Needs: PERISCOPE_API_KEY in the environment, and a file with columns named after New-PeriscopeDeployment's parameters, such as
#   DeploymentId,CommitSha,Environment,Status,StartedAt,CompletedAt,Service
# Look first: Import-Csv history.csv | New-PeriscopeDeployment | Test-PeriscopeDeployment | Where-Object -Not IsValid
param(
    [Parameter(Mandatory)]
    [string] $Path,

    # Remembers what arrived, and keeps what did not. Rows that were refused lie in a folder beside it.
    [string] $OutboxPath = "$Path.outbox",

    [int] $ThrottleLimit = 8
)

Import-Module PxxlPeriscope
$null = New-Item -ItemType Directory -Path $OutboxPath -Force -ErrorAction Stop

# One bad row is one error, and the rest goes on; where somebody is watching, a bar shows how far it is.
$failures = @()
Import-Csv -LiteralPath $Path |
    New-PeriscopeDeployment -ErrorVariable +failures |
    Send-PeriscopeDeployment -OutboxPath $OutboxPath -ThrottleLimit $ThrottleLimit -ErrorVariable +failures |
    Group-Object -Property Action -NoElement

# What waits was not refused: it is sent by the next start of this script, or by Send-PeriscopeOutboxItem.
$waiting = @(Get-PeriscopeOutboxItem -OutboxPath $OutboxPath | Where-Object -Property IsDead -EQ $false)
if ($failures -or $waiting) {
    Write-Warning "$($failures.Count) rows failed, and $($waiting.Count) wait in $OutboxPath."
    exit 1
}
