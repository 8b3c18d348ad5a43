# For a job on any CI platform: deploys a project again, waits until it is live and its site responds, notifies a chat of a failure, and
# ends with exit code
#   0  live,   1  the build or release failed,   2  not live in time,   3  could not be started or followed.
# Requires this module, the environment variable PXXL_API_KEY with a key that has write permission, and, to notify a chat, CHAT_WEBHOOK
# with the address of its webhook. Tested against the sandbox, not against the live service.
param(
    [Parameter(Mandatory)]
    [string] $Project,

    [uri] $HealthUri,

    [string] $CommitSha,

    [int] $TimeoutSec = 900
)

Import-Module PxxlPeriscope

$call = @{ ProjectId = $Project; TimeoutSec = $TimeoutSec }
if ($HealthUri) { $call.HealthUri = $HealthUri }
if ($CommitSha) { $call.CommitSha = $CommitSha }

# Not -ErrorAction Stop, so that the chat is notified before the job ends.
try {
    $deployment = Start-PxxlDeployment @call -Wait -ErrorAction Continue -ErrorVariable failure
}
catch {
    # A wrong key or address ends the call with a terminating error.
    $failure = @($_)
    Write-Error -ErrorRecord $_ -ErrorAction Continue
}

if (-not $failure) {
    Write-Output "$($deployment.Id) of $($deployment.ProjectName) is live."
    exit 0
}

if ($deployment -and $env:CHAT_WEBHOOK) {
    # A chat that cannot be reached does not change the exit code.
    $deployment | Send-PxxlNotification -Uri $env:CHAT_WEBHOOK -TimeoutSec 60 -ErrorAction Continue
}

switch -Wildcard ($failure[0].FullyQualifiedErrorId) {
    'PxxlDeploymentFailed,*' { exit 1 }
    'PxxlDeploymentTimeout,*' { exit 2 }
    default { exit 3 }
}
