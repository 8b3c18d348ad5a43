BeforeDiscovery {
    $script:commit = '9868bbc0d1f24a5e8b7c6d5e4f3a2b1c0d9e8f7a'
    $script:platforms = @(
        @{
            Platform = 'GitHub Actions'
            Sample   = 'github-actions.yml'
            Id       = 'gha-12345-2-deploy-production'
            Start    = '2026-01-31T12:00:00Z'
            Job      = @{
                GITHUB_ACTIONS = 'true'; GITHUB_RUN_ID = '12345'; GITHUB_RUN_ATTEMPT = '2'; GITHUB_JOB = 'deploy'; GITHUB_SHA = $script:commit; GITHUB_REF = 'refs/heads/main'
                GITHUB_REF_NAME = 'main'; GITHUB_REPOSITORY = 'harbour/checkout-api'; GITHUB_SERVER_URL = 'https://github.com'; GITHUB_WORKFLOW = 'Deploy'; GITHUB_ACTOR = 'ada'
                DEPLOY_STARTED = '2026-01-31T12:00:00Z'
            }
        }
        @{
            Platform = 'Azure Pipelines'
            Sample   = 'azure-pipelines.yml'
            Id       = 'azure-devops-run-67890-1-2-12f1170f-production'
            Start    = '2026-01-31T12:00:00Z'
            Job      = @{
                TF_BUILD = 'True'; BUILD_BUILDID = '67890'; SYSTEM_STAGEATTEMPT = '1'; SYSTEM_JOBATTEMPT = '2'; SYSTEM_JOBID = '12f1170f'; BUILD_SOURCEVERSION = $script:commit
                BUILD_SOURCEBRANCH = 'refs/heads/main'; BUILD_REPOSITORY_NAME = 'checkout-api'; BUILD_DEFINITIONNAME = 'Deploy'; SYSTEM_COLLECTIONURI = 'https://dev.azure.com/harbour/'
                SYSTEM_TEAMPROJECT = 'Shop'; SYSTEM_PIPELINESTARTTIME = '2026-01-31 12:00:00+00:00'; ENVIRONMENT_NAME = 'Production'; AGENT_JOBSTATUS = 'SucceededWithIssues'
            }
        }
        @{
            Platform = 'GitLab CI'
            Sample   = 'gitlab-ci.yml'
            Id       = 'gitlab-job-4711-production'
            Start    = '2026-01-31T12:00:00Z'
            Job      = @{
                GITLAB_CI = 'true'; CI_JOB_ID = '4711'; CI_COMMIT_SHA = $script:commit; CI_COMMIT_BEFORE_SHA = '0' * 40; CI_COMMIT_REF_NAME = 'main'; CI_PROJECT_NAME = 'checkout-api'
                CI_PROJECT_PATH = 'harbour/checkout-api'; CI_PIPELINE_URL = 'https://gitlab.example/-/pipelines/1'; CI_ENVIRONMENT_TIER = 'production'; CI_JOB_STATUS = 'success'
                CI_JOB_STARTED_AT = '2026-01-31T12:00:00Z'
            }
        }
        @{
            Platform = 'Jenkins'
            Sample   = 'Jenkinsfile'
            Id       = 'jenkins-checkout-17-production'
            Start    = '2026-01-31T12:00:00Z'
            Job      = @{
                JENKINS_URL = 'https://jenkins.example/'; BUILD_TAG = 'jenkins-checkout-17'; BUILD_NUMBER = '17'; JOB_NAME = 'checkout'; BUILD_URL = 'https://jenkins.example/job/checkout/17/'
                GIT_COMMIT = $script:commit; GIT_BRANCH = 'origin/main'; GIT_URL = 'https://deployer:very-secret@git.example/harbour/checkout-api.git'
            }
        }
    )
}

BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    $script:sandbox = Open-Sandbox
    $script:commit = '9868bbc0d1f24a5e8b7c6d5e4f3a2b1c0d9e8f7a'
    $script:all = @{
        DeploymentId = 'ci-1'
        CommitSha    = '1a2b3c4d'
        Environment  = 'production'
        Status       = 'success'
        StartedAt    = '2026-01-31T12:00:00Z'
        CompletedAt  = '2026-01-31T12:05:00Z'
    }
    $script:header = 'DeploymentId,CommitSha,Environment,Status,StartedAt,CompletedAt,Service'

    # The tests themselves may run in a CI job. Its variables are removed first and restored afterwards.
    $script:ciVariables = '^(GITHUB|GITLAB|CI|TF|BUILD|SYSTEM|AGENT|RELEASE|ENVIRONMENT|GIT|JENKINS|JOB|BRANCH|CHANGE|DEPLOY)_'
    $script:environmentBefore = @(Get-ChildItem -Path Env: | Where-Object Name -Match $script:ciVariables)

    function Use-JobEnvironment {
        # The variables of CI platforms.
        param([hashtable] $Job = @{})
        Get-ChildItem -Path Env: | Where-Object Name -Match $script:ciVariables |
            ForEach-Object -Process { [System.Environment]::SetEnvironmentVariable($_.Name, $null) }
        foreach ($name in $Job.Keys) {
            [System.Environment]::SetEnvironmentVariable($name, $Job[$name])
        }
    }
}

AfterAll {
    Use-JobEnvironment
    foreach ($variable in $script:environmentBefore) {
        [System.Environment]::SetEnvironmentVariable($variable.Name, $variable.Value)
    }
    Close-Sandbox
}

Describe 'New-PeriscopeDeployment' {
    BeforeEach {
        Reset-Sandbox
        Use-JobEnvironment
        # A folder outside any Git checkout.
        Push-Location -LiteralPath $TestDrive
    }

    AfterEach { Pop-Location }

    Context 'with parameters' {
        It 'creates a report from them without a request' {
            $report = New-PeriscopeDeployment @all -Service 'checkout-api' -Branch 'main' -TriggeredBy 'ada' -PipelineName 'Deploy' -PipelineUrl 'https://ci.example/1'
            $report | Should -BeOfType PxxlPeriscope.DeploymentReport
            $report.DeploymentId | Should -Be 'ci-1'
            $report.StartedAt | Should -Be ([datetimeoffset] '2026-01-31T12:00:00Z')
            $report.StartedAt.Offset | Should -Be ([timespan]::Zero)
            $report.CompletedAtSource | Should -Be 'Given'
            $report.Line | Should -Be $null
            Get-SandboxRequest | Should -BeNullOrEmpty
        }

        It 'accepts a time as <Form>' -ForEach @(
            @{ Form = 'ISO text with an offset'; Time = '2026-01-31T14:00:00+02:00' }
            @{ Form = 'a date'; Time = ([datetimeoffset] '2026-01-31T12:00:00Z').UtcDateTime }
            @{ Form = 'Unix seconds'; Time = 1769860800 }
            @{ Form = 'Unix seconds as text'; Time = '1769860800' }
        ) {
            (New-PeriscopeDeployment -DeploymentId x -StartedAt $Time).StartedAt | Should -Be ([datetimeoffset] '2026-01-31T12:00:00Z')
        }

        It 'accepts a period before now, and empty text as no time' {
            $report = New-PeriscopeDeployment -DeploymentId x -CommitSha 1a2b3c4 -StartedAt 2h -CompletedAt ''
            [System.Math]::Abs(([datetimeoffset]::UtcNow.AddHours(-2) - $report.StartedAt).TotalMinutes) | Should -BeLessThan 5
            $report.CompletedAt | Should -Be $null
        }

        It 'rejects an invalid time immediately' {
            { New-PeriscopeDeployment -StartedAt 'the 31st' } |
                Should -Throw -ErrorId 'ParameterArgumentTransformationError,*' -ExpectedMessage "*'the 31st' is not a valid date and time*"
        }

        It 'does not validate the report' {
            (New-PeriscopeDeployment -DeploymentId x -Status 'whatever').Status | Should -Be 'whatever'
        }
    }

    Context 'in a job of <Platform>' -ForEach $script:platforms {
        BeforeEach { Use-JobEnvironment $Job }

        It 'fills in missing values, and shows their sources' {
            $run = Invoke-Recorded { New-PeriscopeDeployment -Environment production -Status failed -Verbose }
            $report = $run.Output[0]
            $report.DeploymentId | Should -Be $Id
            $report.CommitSha | Should -Be $script:commit
            $report.Status | Should -Be 'failure'
            $report.Service | Should -Be 'checkout-api'
            $report.Branch | Should -Be 'main'
            $report.PipelineUrl | Should -BeLike 'https://*'
            $report.CompletedAtSource | Should -Be 'Observed'
            ($report | Test-PeriscopeDeployment).IsValid | Should -BeTrue
            $run.Verbose[0] | Should -Be "Running on $Platform."
            $run.Verbose | Should -Contain 'environment: production from -Environment'
            $run.Verbose -match "^commitSha: $($script:commit) from [A-Z_]+$" | Should -HaveCount 1
            "$($run.Verbose)" | Should -Not -Match 'very-secret'
        }

        It 'fills in nothing if id and commit are specified' {
            $report = New-PeriscopeDeployment @all
            foreach ($name in 'Service', 'Branch', 'PipelineName', 'PipelineUrl', 'TriggeredBy') {
                $report.$name | Should -Be $null
            }
        }

        It 'fills in nothing for rows' {
            $report = [pscustomobject]@{ DeploymentId = '1'; Status = 'failed' } | New-PeriscopeDeployment
            $report.CommitSha | Should -Be ''
            $report.Service | Should -Be $null
            $report.Status | Should -Be 'failed'
        }

        It 'is reported by the sample <Sample>' {
            $file = Join-Path -Path $PSScriptRoot -ChildPath "../../docs/samples/ci/$Sample"
            $line = Select-String -LiteralPath $file -Pattern 'New-PeriscopeDeployment.*Send-PeriscopeDeployment'
            # Values that the platform itself substitutes.
            $call = $line.Matches[0].Value.Replace('${{ job.status }}', 'success').Replace('${currentBuild.currentResult}', 'UNSTABLE').Replace('${currentBuild.startTimeInMillis}', '1769860800000')
            $run = Invoke-Recorded ([scriptblock]::Create($call))
            $run.Errors | Should -BeNullOrEmpty
            $run.Output.DeploymentId | Should -Be $Id
            $sent = (Get-SandboxReport).payload
            $sent.status | Should -Be 'success'
            $sent.environment | Should -BeExactly 'production'
            $sent.commitSha | Should -Be $script:commit
            [datetimeoffset] $sent.startedAt | Should -Be ([datetimeoffset] $Start)
        }
    }

    It 'warns and reports no duration if the start time is unknown' {
        Use-JobEnvironment @{ GITHUB_ACTIONS = 'true'; GITHUB_RUN_ID = '1'; GITHUB_SHA = $script:commit }
        $run = Invoke-Recorded { New-PeriscopeDeployment -Environment production -Status success }
        $run.Output[0].StartedAt | Should -Be $run.Output[0].CompletedAt
        $run.Warnings | Should -HaveCount 1
        $run.Warnings | Should -Match '-StartedAt'
    }

    It 'does not report the merge commit that GitHub creates to test a pull request' {
        $eventFile = Join-Path -Path $TestDrive -ChildPath 'event.json'
        $job = @{ GITHUB_ACTIONS = 'true'; GITHUB_RUN_ID = '1'; GITHUB_SHA = $script:commit; GITHUB_EVENT_NAME = 'pull_request'; GITHUB_REF = 'refs/pull/1/merge'; GITHUB_EVENT_PATH = $eventFile }
        Use-JobEnvironment $job
        Set-Content -LiteralPath $eventFile -Value "{`"pull_request`":{`"head`":{`"sha`":`"$('f' * 40)`"}}}"
        (New-PeriscopeDeployment).CommitSha | Should -Be ('f' * 40)
        Set-Content -LiteralPath $eventFile -Value 'oops'
        $run = Invoke-Recorded { New-PeriscopeDeployment }
        $run.Output[0].CommitSha | Should -Be ''
        $run.Warnings | Should -Match 'is not valid JSON.*-CommitSha'
    }

    Context 'in a Git checkout' {
        BeforeEach {
            $git = Join-Path -Path $TestDrive -ChildPath 'checkout/.git'
            $null = New-Item -ItemType Directory -Path $git, "$git/refs/heads", "$git/../src" -Force
            Set-Content -LiteralPath "$git/HEAD" -Value 'ref: refs/heads/main'
            Set-Content -LiteralPath "$git/refs/heads/main" -Value $script:commit
            Set-Content -LiteralPath "$git/config" -Value '[remote "origin"]', '  url = https://me:very-secret@git.example/harbour/checkout-api.git'
            Push-Location -LiteralPath "$git/../src"
        }

        AfterEach { Pop-Location }

        It 'fills in commit, branch and service, but no id' {
            $run = Invoke-Recorded { New-PeriscopeDeployment -Environment staging -Status in_progress -Verbose }
            $report = $run.Output[0]
            $report.CommitSha, $report.Branch, $report.Service | Should -Be $script:commit, 'main', 'checkout-api'
            ($report | Test-PeriscopeDeployment).Reasons | Should -Be 'deploymentId is missing'
            $run.Verbose -match '^deploymentId: .*-DeploymentId' | Should -HaveCount 1
            "$($run.Verbose)" | Should -Not -Match 'very-secret'
        }
    }
}

Describe 'New-PeriscopeDeployment with rows' {
    BeforeEach {
        Reset-Sandbox
        Use-JobEnvironment
    }

    It 'reads CSV rows by column name, and treats empty cells as absent' {
        $rows = @'
deploymentid,CommitSha,Environment,Status,StartedAt,CompletedAt,Service,Branch,PreviousCommitSha
ci-1,1a2b3c4d,production,success,2026-01-31T12:00:00Z,2026-01-31T12:05:00Z,checkout-api,main,
ci-2,5e6f7a8b,staging,in_progress,2026-01-31T13:00:00Z,,,,
'@ | ConvertFrom-Csv | New-PeriscopeDeployment
        $rows.Count | Should -Be 2
        $rows[1].CompletedAt | Should -Be $null
        $rows[1].CompletedAtSource | Should -Be 'None'
        foreach ($name in 'Service', 'Branch', 'PreviousCommitSha', 'OrganizationSlug', 'PipelineUrl') {
            $rows[1].$name | Should -Be $null
        }
        ($rows | Test-PeriscopeDeployment).IsValid | Should -Be $true, $true
    }

    It 'keeps ids and commits that consist of digits' {
        $row = "DeploymentId,CommitSha`n0012345,0123456" | ConvertFrom-Csv | New-PeriscopeDeployment
        $row.DeploymentId | Should -BeExactly '0012345'
        $row.CommitSha | Should -BeExactly '0123456'
        $commit = "DeploymentId,CommitSha`n1e5,12345e7" | ConvertFrom-Csv | New-PeriscopeDeployment
        $commit.DeploymentId | Should -BeExactly '1e5'
        $commit.CommitSha | Should -BeExactly '12345e7'
    }

    It 'removes white space around a cell' {
        $row = [pscustomobject]@{ DeploymentId = ' ci-1 '; CommitSha = "1a2b3c4d`t"; Status = ' success' } | New-PeriscopeDeployment
        $row.DeploymentId, $row.CommitSha, $row.Status | Should -Be 'ci-1', '1a2b3c4d', 'success'
    }

    It 'accepts objects from JSON with numbers and dates, and hashtables' {
        $json = '[{"deploymentId":12345678901,"commitSha":1234567,"environment":"staging","status":"pending","startedAt":"2026-01-31T12:00:00Z"}]' |
            ConvertFrom-Json
        $report = $json | New-PeriscopeDeployment
        $report.DeploymentId, $report.CommitSha | Should -BeExactly '12345678901', '1234567'
        $report.StartedAt | Should -Be ([datetimeoffset] '2026-01-31T12:00:00Z')
        $report.Line | Should -Be $null
        (@{ deploymentid = 7; Service = 'x' } | New-PeriscopeDeployment).DeploymentId | Should -Be '7'
        (New-PeriscopeDeployment -InputObject ([pscustomobject]@{ DeploymentId = 'one' })).DeploymentId | Should -Be 'one'
    }

    It 'applies a parameter to all rows' {
        $rows = "DeploymentId,Service`n1,old`n2," | ConvertFrom-Csv | New-PeriscopeDeployment -Service new -StartedAt '2026-01-31T12:00:00Z'
        $rows.Service | Should -Be 'new', 'new'
        $rows[1].StartedAt | Should -Be ([datetimeoffset] '2026-01-31T12:00:00Z')
    }

    It 'creates a report for an invalid row as well, with the reason and the line, and without an error' {
        $file = Join-Path -Path $TestDrive -ChildPath 'history.csv'
        Set-Content -LiteralPath $file -Value @(
            "$($script:header),Note"
            "ci-1,1a2b3c4d,production,success,2026-01-31T12:00:00Z,2026-01-31T12:05:00Z,api,`"two`nlines`""
            'ci-2,1a2b3c4d,production,success,31/31/2026,2026-01-31T12:05:00Z,api,'
            'ci-3,1a2b3c4d,production,success,2026-01-31T12:00:00Z,2026-01-31T12:05:00Z,api,'
        )
        $run = Invoke-Recorded { Import-Csv -LiteralPath $file | New-PeriscopeDeployment }
        $run.Errors | Should -BeNullOrEmpty
        $run.Output.DeploymentId | Should -Be 'ci-1', 'ci-2', 'ci-3'
        $run.Output.Line | Should -Be 2, 4, 5
        $checks = $run.Output | Test-PeriscopeDeployment
        $checks.IsValid | Should -Be $true, $false, $true
        $checks[1].Reasons | Should -HaveCount 1
        $checks[1].Reasons[0] | Should -BeLike "startedAt '31/31/2026' is not a valid date and time*"
    }

    It 'counts the line that specifies a type' {
        ("#TYPE Deployment`nDeploymentId`nci-1" | ConvertFrom-Csv | New-PeriscopeDeployment).Line | Should -Be 3
    }

    It 'names the columns if a row has none of them' {
        $run = Invoke-Recorded { [pscustomobject]@{ sha = 'x' }, 'text' | New-PeriscopeDeployment | Test-PeriscopeDeployment }
        $run.Output | Should -HaveCount 2
        foreach ($check in $run.Output) {
            $check.Reasons | Should -HaveCount 1
            $check.Reasons[0] | Should -BeLike '*none of the columns DeploymentId, CommitSha, Environment*'
        }
    }

    It 'lets Send-PeriscopeDeployment reject an invalid row with its line, and send the others' {
        $run = Invoke-Recorded {
            "$($script:header)`nci-1,1a2b3c4d,staging,success,2026-01-31T12:00:00Z,2026-01-31T12:05:00Z,api`nci-2,1a2b3c4d,staging,success,soon,,api" |
                ConvertFrom-Csv | New-PeriscopeDeployment | Send-PeriscopeDeployment
        }
        $run.Output.DeploymentId | Should -Be 'ci-1'
        $run.Errors[0].Exception.Message | Should -BeLike "Line 3: the report 'ci-2' was not sent: *startedAt 'soon' is not a valid date and time*"
        $payload = (Get-SandboxReport).payload
        $payload.PSObject.Properties.Name | Should -Not -Contain 'line'
    }

    It 'returns nothing without rows' {
        @() | New-PeriscopeDeployment | Should -BeNullOrEmpty
    }
}
