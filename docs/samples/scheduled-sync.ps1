# A scheduled job: reports what changed at Pxxl since the last run, and ends with exit code 1 if a report was not delivered.
# Requires PXXL_API_KEY and PERISCOPE_API_KEY in the environment. On Periscope's Free plan, the first report starts a 14-day trial.
#
# cron, every ten minutes (a file that only this user can read exports the keys):
#   */10 * * * *  . ~/.pxxl-keys && pwsh -NoProfile -NonInteractive -File /srv/scheduled-sync.ps1 >> ~/pxxl-sync.log 2>&1
# Task Scheduler: program pwsh.exe, arguments -NoProfile -NonInteractive -File C:\jobs\scheduled-sync.ps1, the keys as variables of the
#   account; under Settings, "do not start a new instance". If two runs overlap nevertheless, the second one shows a warning and exits.
# GitHub Actions: on: schedule, both keys from the secrets of the repository, and -Folder in a folder that actions/cache keeps.
param(
    # Contains the saved state. If it is lost, the next run reads the last 30 days again, and Periscope updates its records.
    [string] $Folder = (Join-Path -Path $HOME -ChildPath '.pxxl-periscope'),

    # Only these projects, by name or id. Without it, all projects.
    [string[]] $ProjectId = @()
)

# An error ends the script with exit code 1.
$ErrorActionPreference = 'Stop'
Import-Module PxxlPeriscope

$state = Join-Path -Path $Folder -ChildPath 'state'
$outbox = Join-Path -Path $Folder -ChildPath 'outbox'
$null = New-Item -ItemType Directory -Path $state, $outbox -Force

$arguments = @{ StatePath = $state; OutboxPath = $outbox }
if ($ProjectId) { $arguments.ProjectId = $ProjectId }

# The summary is for the log. Reports that were not delivered stay in the outbox, and the next run sends them again.
Sync-PeriscopeDeployment @arguments
