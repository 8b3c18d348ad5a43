# The job of a schedule: reports what changed at Pxxl since the last run, and ends with exit code 1 when something was not delivered.
# Needs: PXXL_API_KEY and PERISCOPE_API_KEY in the environment. On Periscope's Free plan the first report starts a trial of 14 days.
#
# cron, every ten minutes (the keys are exported by a file that only this user may read):
#   */10 * * * *  . ~/.pxxl-keys && pwsh -NoProfile -NonInteractive -File /srv/scheduled-sync.ps1 >> ~/pxxl-sync.log 2>&1
# Task Scheduler: program pwsh.exe, arguments -NoProfile -NonInteractive -File C:\jobs\scheduled-sync.ps1, the keys as variables of the
#   account; under Settings, "do not start a new instance". If two runs meet all the same, the second one says so and ends.
# GitHub Actions: on: schedule, both keys from the repository's secrets, and -Folder in what actions/cache keeps between the runs.
param(
    # Remembers how far the last run came. If it is lost, the next run reads 30 days again, and Periscope updates what it has.
    [string] $Folder = (Join-Path -Path $HOME -ChildPath '.pxxl-periscope'),

    # Only these projects, by name or id; without it all of them.
    [string[]] $ProjectId = @()
)

# With this, an error is the script's end and its exit code.
$ErrorActionPreference = 'Stop'
Import-Module PxxlPeriscope

$state = Join-Path -Path $Folder -ChildPath 'state'
$outbox = Join-Path -Path $Folder -ChildPath 'outbox'
$null = New-Item -ItemType Directory -Path $state, $outbox -Force

$arguments = @{ StatePath = $state; OutboxPath = $outbox }
if ($ProjectId) { $arguments.ProjectId = $ProjectId }

# The summary is for the log. What was not delivered waits in the outbox, and the next run tries it again.
Sync-PeriscopeDeployment @arguments
