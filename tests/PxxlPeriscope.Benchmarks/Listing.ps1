# One process for one way of listing every deployment, both ending in the same sink and with the same fields. Prints one JSON line.
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [ValidateSet('Module', 'RestMethod')] [string] $Way,
    [Parameter(Mandatory)] [string] $ModulePath
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

if ($Way -eq 'Module') { Import-Module $ModulePath }

$process = [System.Diagnostics.Process]::GetCurrentProcess()
$cpu = $process.TotalProcessorTime
$allocated = [GC]::GetTotalAllocatedBytes()
$watch = [System.Diagnostics.Stopwatch]::StartNew()
$last = $null
if ($Way -eq 'Module') { Get-PxxlDeployment | Select-Object -Last 1 -OutVariable last | Out-Null }
else { Get-ByRestMethod | Select-Object -Last 1 -OutVariable last | Out-Null }
$watch.Stop()
$process.Refresh()

@{
    Seconds     = $watch.Elapsed.TotalSeconds
    CpuSeconds  = ($process.TotalProcessorTime - $cpu).TotalSeconds
    AllocatedMB = ([GC]::GetTotalAllocatedBytes() - $allocated) / 1MB
    PeakMB      = $process.PeakWorkingSet64 / 1MB
    LastId      = $last[0].Id
} | ConvertTo-Json -Compress
