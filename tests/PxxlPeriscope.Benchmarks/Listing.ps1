# Lists all deployments with the module and with a loop around Invoke-RestMethod, alternately, in this process, with the same fields and
# output sink. Prints one JSON line per pass. The first pass of each is the cold pass.
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $ModulePath,
    [Parameter(Mandatory)] [int] $Rounds
)

$ErrorActionPreference = 'Stop'

function Get-ByRestMethod {
    $headers = @{ Authorization = "Bearer $env:PXXL_API_KEY" }
    $seen = 0
    for ($page = 1; ; $page++) {
        $answer = Invoke-RestMethod -Uri "$($env:PXXL_API_URL)cli/deployments?page=$page&limit=100" -Headers $headers
        foreach ($row in $answer.deployments) {
            [pscustomobject]@{
                Id            = $row.id
                ProjectId     = $row.projectId
                ProjectName   = $row.projectName
                Status        = $row.status
                BuildStatus   = $row.buildStatus
                Environment   = $row.environment
                Branch        = $row.branch
                CommitSha     = $row.commitSha
                CommitMessage = $row.commitMessage
                CreatedAt     = $row.createdAt
                BuildSeconds  = $row.buildSeconds
                ArtifactBytes = $row.artifactBytes
                Url           = $row.domain
            }
        }

        $seen += $answer.deployments.Count
        if ($answer.deployments.Count -eq 0 -or $seen -ge $answer.total) { break }
    }
}

Import-Module $ModulePath
$process = [System.Diagnostics.Process]::GetCurrentProcess()
for ($round = 0; $round -le $Rounds; $round++) {
    foreach ($way in 'Module', 'RestMethod') {
        $process.Refresh()
        $cpu = $process.TotalProcessorTime
        $allocated = [GC]::GetTotalAllocatedBytes()
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $last = if ($way -eq 'Module') { Get-PxxlDeployment | Select-Object -Last 1 } else { Get-ByRestMethod | Select-Object -Last 1 }
        $watch.Stop()
        $process.Refresh()
        @{
            Way         = $way
            Round       = $round
            Seconds     = $watch.Elapsed.TotalSeconds
            CpuSeconds  = ($process.TotalProcessorTime - $cpu).TotalSeconds
            AllocatedMB = ([GC]::GetTotalAllocatedBytes() - $allocated) / 1MB
            LastId      = $last.Id
        } | ConvertTo-Json -Compress
    }
}
