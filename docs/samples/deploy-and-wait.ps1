# For a job of any CI: deploys a project again, waits until it is live and its site answers, tells a chat when that fails, and ends with
#   0  it is live,   1  its build or release failed,   2  not live in time,   3  it could not be started, or not be followed.
# Needs: this module, the environment variable PXXL_API_KEY with a key that may write, and to tell a chat CHAT_WEBHOOK with its address.
# Tried here against the sandbox, not against the live service.
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

# Not -ErrorAction Stop: what failed is to be told before the job ends.
try {
    $deployment = Start-PxxlDeployment @call -Wait -ErrorAction Continue -ErrorVariable failure
}
catch {
    # A wrong key or address ends the call itself.
    $failure = @($_)
    Write-Error -ErrorRecord $_ -ErrorAction Continue
}

if (-not $failure) {
    Write-Output "$($deployment.Id) of $($deployment.ProjectName) is live."
    exit 0
}

if ($deployment -and $env:CHAT_WEBHOOK) {
    # A chat that is away changes nothing about how the job ends.
    $deployment | Send-PxxlNotification -Uri $env:CHAT_WEBHOOK -TimeoutSec 60 -ErrorAction Continue
}

switch -Wildcard ($failure[0].FullyQualifiedErrorId) {
    'PxxlDeploymentFailed,*' { exit 1 }
    'PxxlDeploymentTimeout,*' { exit 2 }
    default { exit 3 }
}
