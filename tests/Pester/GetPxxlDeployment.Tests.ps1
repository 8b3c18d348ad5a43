BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    $script:sandbox = Open-Sandbox
    $script:ids = @(Invoke-SandboxControl -Path 'deployments')
}

AfterAll { Close-Sandbox }

Describe 'Get-PxxlDeployment' {
    BeforeEach { Reset-Sandbox }

    Context 'the list' {
        It 'reads all pages by default, and returns each deployment once' {
            $rows = Get-PxxlDeployment
            $rows.Count | Should -Be 500
            $rows.Id | Sort-Object | Should -Be ($script:ids | Sort-Object)
            @(Get-SandboxRequest).Count | Should -BeLessOrEqual 6
        }

        It 'writes typed objects without note properties' {
            $rows = Get-PxxlDeployment -First 3
            $rows | Should -BeOfType PxxlPeriscope.Deployment
            @($rows[0].PSObject.Properties | Where-Object MemberType -EQ 'NoteProperty') | Should -BeNullOrEmpty
        }

        It 'keeps times in UTC' {
            (Get-PxxlDeployment -First 20).CreatedAt.Offset | Select-Object -Unique | Should -Be ([timespan]::Zero)
        }

        It 'leaves properties empty that the service omits' {
            $rows = Get-PxxlDeployment
            @($rows | Where-Object { $null -eq $_.BuildSeconds }).Count | Should -BeGreaterThan 0
            @($rows | Where-Object { $_.BuildSeconds -eq 0 }).Count | Should -Be 0
            @($rows | Where-Object { $_.ArtifactBytes -eq 0 }).Count | Should -Be 0
        }

        It 'keeps an unknown status, and treats it as in progress' {
            Add-SandboxDeployment @{ id = 'dep_unknownword'; status = 'warp-speed'; createdAt = '2026-01-01T00:00:00Z'; projectId = 'proj_x' }
            $row = Get-PxxlDeployment dep_unknownword
            $row.RawStatus | Should -Be 'warp-speed'
            $row.Status | Should -Be 'InProgress'
            $row.IsTerminal | Should -BeFalse
        }

        It 'sends the user agent of the module and PowerShell, and the key' {
            $null = Get-PxxlDeployment -First 1
            $request = Get-SandboxRequest
            $request.hasAuthorization | Should -BeTrue
            $request.userAgent | Should -Match '^PxxlPeriscope/\d'
        }
    }

    Context 'response formats' {
        It 'understands <List> with paging <Paging>' -ForEach @(
            foreach ($list in 'Noun', 'DataNoun', 'Data') {
                foreach ($paging in 'Documented', 'Root', 'UnderData', 'Pagination', 'PaginationPages', 'None') {
                    @{ List = $list; Paging = $paging }
                }
            }
            @{ List = 'Array'; Paging = 'None' }
        ) {
            Edit-SandboxShape @{ listEnvelope = $List; paging = $Paging }
            @(Get-PxxlDeployment).Count | Should -BeGreaterOrEqual 500
        }

        It 'understands the spelling <Spelling>, status in <Field>, numbers as strings: <Strings>' -ForEach @(
            @{ Spelling = 'Snake'; Field = 'Status'; Strings = $false }
            @{ Spelling = 'Alternative'; Field = 'Status'; Strings = $true }
            @{ Spelling = 'Official'; Field = 'DeploymentStatus'; Strings = $true }
            @{ Spelling = 'Official'; Field = 'State'; Strings = $false }
        ) {
            $plain = Get-PxxlDeployment -First 50
            Edit-SandboxShape @{ spelling = $Spelling; statusField = $Field; numbersAsStrings = $Strings }
            $other = Get-PxxlDeployment -First 50
            $other.Id | Should -Be $plain.Id
            $other.Status | Should -Be $plain.Status
            $other.CommitSha | Should -Be $plain.CommitSha
            $other.ArtifactBytes | Should -Be $plain.ArtifactBytes
        }

        It 'reads all rows if the pages are smaller than requested' {
            Edit-SandboxShape @{ serverLimitCap = 60; paging = 'None' }
            @(Get-PxxlDeployment | Select-Object -ExpandProperty Id -Unique).Count | Should -BeGreaterOrEqual 500
        }

        It 'reads a single deployment from the envelope <_>' -ForEach 'Noun', 'Data', 'Root' {
            Edit-SandboxShape @{ item = $_ }
            (Get-PxxlDeployment $script:ids[5]).Id | Should -Be $script:ids[5]
        }
    }

    Context 'by id' {
        It 'reads single deployments by position, from the pipeline and with several ids' {
            (Get-PxxlDeployment $script:ids[0]).Id | Should -Be $script:ids[0]
            ($script:ids[0..2] | Get-PxxlDeployment).Id | Should -Be $script:ids[0..2]
            (Get-PxxlDeployment -Id $script:ids[0..2]).Id | Should -Be $script:ids[0..2]
        }

        It 'reads its own output again' {
            $row = Get-PxxlDeployment -First 1
            ($row | Get-PxxlDeployment).Id | Should -Be $row.Id
        }

        It 'continues after an id that does not exist' {
            $run = Invoke-Recorded { Get-PxxlDeployment $script:ids[0], 'dep_missing', $script:ids[1] }
            $run.Output.Id | Should -Be $script:ids[0, 1]
            $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlNotFound,*'
            $run.Errors[0].TargetObject | Should -Be 'dep_missing'
            $run.Errors[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        }
    }

    Context 'by project' {
        It 'accepts an id without further requests' {
            $project = (Get-PxxlProject)[0]
            Invoke-SandboxControl -Path 'requests' -Method Delete
            $rows = Get-PxxlDeployment -ProjectId $project.Id
            $rows.ProjectId | Select-Object -Unique | Should -Be $project.Id
            Get-SandboxRequest | ForEach-Object -MemberName path | Select-Object -Unique |
                Should -Be "/api/v3/cli/projects/$($project.Id)/deployments"
        }

        It 'accepts a name, ignoring case' {
            $rows = Get-PxxlDeployment -ProjectId 'CheckOut-API'
            $rows.Count | Should -BeGreaterThan 0
            $rows.ProjectName | Where-Object { $_ } | Select-Object -Unique | Should -Be 'checkout-api'
        }

        It 'accepts projects from the pipeline' {
            $rows = Get-PxxlProject -Name 'docs-site', 'press-kit' | Get-PxxlDeployment
            @($rows.ProjectId | Select-Object -Unique).Count | Should -Be 2
        }

        It 'is an error if no project has the name' {
            $run = Invoke-Recorded { Get-PxxlDeployment -ProjectId 'no-such-project' }
            $run.Output | Should -BeNullOrEmpty
            $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlNotFound,*'
            $run.Errors[0].TargetObject | Should -Be 'no-such-project'
        }
    }

    Context 'filters' {
        It '-Status accepts a normalized status: <_>' -ForEach 'Success', 'Failed', 'Stopped', 'RolledBack', 'failed' {
            $rows = Get-PxxlDeployment -Status $_
            $rows.Count | Should -BeGreaterThan 0
            $rows.Status | Select-Object -Unique | Should -Be $_
        }

        It '-Status accepts several values, including those of the service' {
            (Get-PxxlDeployment -Status Failed, Stopped).Status | Select-Object -Unique | Sort-Object | Should -Be 'Failed', 'Stopped'
            (Get-PxxlDeployment -Status deployed).RawStatus | Select-Object -Unique | Should -Be 'deployed'
        }

        It '-Status warns about a value that is not a known Pxxl status' {
            (Invoke-Recorded { Get-PxxlDeployment -Status exploded }).Warnings | Should -Match 'exploded'
        }

        It '-Environment production includes deployments without an environment' {
            $rows = Get-PxxlDeployment -Environment production
            $rows.Environment | Where-Object { $_ } | Select-Object -Unique | Should -Be 'production'
            @($rows | Where-Object { $null -eq $_.Environment }).Count | Should -BeGreaterThan 0
        }

        It '-Environment and -Branch accept wildcards' {
            (Get-PxxlDeployment -Environment 'pre*').Environment | Select-Object -Unique | Should -Be 'preview'
            (Get-PxxlDeployment -Branch 'feature/*').Branch | ForEach-Object { $_ | Should -BeLike 'feature/*' }
        }

        It '-Since and -Until limit the creation time' {
            $from = [datetimeoffset]::UtcNow.AddDays(-20)
            $to = [datetimeoffset]::UtcNow.AddDays(-10)
            $expected = Get-PxxlDeployment | Where-Object { $_.CreatedAt -ge $from -and $_.CreatedAt -le $to }
            (Get-PxxlDeployment -Since $from -Until $to).Id | Should -Be $expected.Id
        }

        It '-Since stops reading when a complete page is older' {
            $null = Get-PxxlDeployment -Since (Get-Date).AddDays(-7)
            @(Get-SandboxRequest).Count | Should -BeLessOrEqual 3
        }

        It '-Since accepts <Form>' -ForEach @(
            @{ Form = 'a period before now'; Since = '7d' }
            @{ Form = 'a time span'; Since = [timespan]::FromDays(7) }
            @{ Form = 'a local date'; Since = (Get-Date).AddDays(-7) }
            @{ Form = 'ISO 8601 text'; Since = [datetime]::UtcNow.AddDays(-7).ToString('o') }
            @{ Form = 'Unix seconds'; Since = [datetimeoffset]::UtcNow.AddDays(-7).ToUnixTimeSeconds() }
        ) {
            $expected = (Get-PxxlDeployment | Where-Object CreatedAt -GE ([datetimeoffset]::UtcNow.AddDays(-7))).Id
            (Get-PxxlDeployment -Since $Since).Id | Should -Be $expected
        }

        It '-Since accepts 7d without quotes' {
            (Get-PxxlDeployment -Since 7d).Count | Should -Be (Get-PxxlDeployment -Since '7d').Count
        }

        It '-Since rejects an invalid time' {
            { Get-PxxlDeployment -Since 'last tuesday' } |
                Should -Throw -ErrorId 'ParameterArgumentTransformationError,*' -ExpectedMessage '*not a valid date and time*'
        }
    }

    Context 'paging' {
        It '-First makes one request and returns that many deployments' {
            @(Get-PxxlDeployment -First 7).Count | Should -Be 7
            @(Get-SandboxRequest).Count | Should -Be 1
        }

        It '-First requests only the ids that it returns' {
            $ids = (Get-PxxlDeployment -First 20).Id
            Reset-Sandbox
            (Get-PxxlDeployment -Id $ids -First 1).Id | Should -Be $ids[0]
            ($ids | Get-PxxlDeployment -Skip 1 -First 2).Id | Should -Be $ids[1..2]
            @(Get-SandboxRequest).Count | Should -Be 4
        }

        It '-Skip skips the first deployments' {
            (Get-PxxlDeployment -Skip 3 -First 4).Id | Should -Be (Get-PxxlDeployment -First 7).Id[3..6]
        }

        It '-IncludeTotalCount writes the total first' {
            $result = Get-PxxlDeployment -First 2 -IncludeTotalCount
            [int] $result[0] | Should -BeGreaterOrEqual 500
            $result.Count | Should -Be 3
        }

        It '-First 0 -IncludeTotalCount writes only the total' {
            $result = @(Get-PxxlDeployment -First 0 -IncludeTotalCount)
            $result.Count | Should -Be 1
            [int] $result[0] | Should -BeGreaterOrEqual 500
        }

        It '-IncludeTotalCount reports an unknown total if a filter is used' {
            $result = Get-PxxlDeployment -Status Failed -First 1 -IncludeTotalCount
            $result[0].ToString() | Should -Match 'unknown|not available|unbekannt'
        }
    }

    Context 'messages while it runs' {
        It '-Verbose shows method, path, status, milliseconds, attempt and request id' {
            $run = Invoke-Recorded { Get-PxxlDeployment $script:ids[0] -Verbose }
            $run.Verbose | Should -Match 'GET .*cli/deployments.* 200 .*\d+ ms.*attempt 1.*request \S+'
        }

        It 'waits as long as the service requests, and shows it' {
            Add-SandboxFault -Kind TooManyRequestsSeconds -With @{ service = 'Pxxl'; times = 1; retryAfterSeconds = 1 }
            $run = Invoke-Recorded { Get-PxxlDeployment $script:ids[0] -Verbose }
            $run.Output.Count | Should -Be 1
            $run.Verbose -match '429' | Should -Not -BeNullOrEmpty
            (Invoke-SandboxControl -Path 'requests').retriedTooEarly | Should -Be 0
            @(Get-SandboxRequest).status | Should -Be 429, 200
        }
    }
}
