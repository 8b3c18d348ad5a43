# The table "What bad input gets", row by row. Two rows are also tested elsewhere: Ctrl+C in Stopping.Tests.ps1, and reports that
# Periscope rejects in SendPeriscopeDeployment.Tests.ps1.
BeforeDiscovery {
    $script:pxxlCalls = @(
        @{ Name = 'Get-PxxlDeployment'; Call = { Get-PxxlDeployment } }
        @{ Name = 'Get-PxxlDeployment -Id'; Call = { Get-PxxlDeployment 'dep_1', 'dep_2' } }
        @{ Name = 'Get-PxxlDeploymentLog'; Call = { Get-PxxlDeploymentLog 'dep_1', 'dep_2' } }
        @{ Name = 'Get-PxxlDomain'; Call = { Get-PxxlDomain } }
        @{ Name = 'Get-PxxlProject'; Call = { Get-PxxlProject } }
        @{ Name = 'Get-PxxlProjectVariable'; Call = { Get-PxxlProjectVariable proj_1 } }
        @{ Name = 'Get-PxxlTeam'; Call = { Get-PxxlTeam } }
        @{ Name = 'Get-PxxlUsage'; Call = { Get-PxxlUsage } }
        @{ Name = 'Invoke-PxxlApi'; Call = { Invoke-PxxlApi cli/whoami } }
    )
}

BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    $script:sandbox = Open-Sandbox -Deployments 150

    function Get-SampleReport {
        param([string] $Id = 'ci-1')
        New-PeriscopeDeployment -DeploymentId $Id -CommitSha '1a2b3c4d' -Environment 'staging' -Status 'success' -StartedAt '2026-01-31T12:00:00Z' -CompletedAt '2026-01-31T12:05:00Z'
    }

    function Assert-ErrorRecord {
        # Asserts a single error with this id and category and a recommended action.
        param([object] $Run, [string] $Id, [string] $Category)
        @($Run.Errors).Count | Should -Be 1
        $Run.Errors[0].FullyQualifiedErrorId | Should -BeLike "$Id,PxxlPeriscope.PowerShell.Commands.*"
        $Run.Errors[0].CategoryInfo.Category | Should -Be $Category
        $Run.Errors[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        $Run.Errors[0].Exception | Should -BeOfType PxxlPeriscope.ServiceException
    }
}

AfterAll { Close-Sandbox }

Describe 'Without a key' {
    BeforeEach {
        Reset-Sandbox
        Clear-SandboxKey
    }

    It 'ends <Name> before any request, naming the three ways to provide one' -ForEach ($script:pxxlCalls + @{ Name = 'Connect-Pxxl'; Call = { Connect-Pxxl } }) {
        $run = Invoke-Recorded $Call
        Assert-ErrorRecord $run 'PxxlNotConnected' 'ConnectionError'
        $run.HasEnded | Should -BeTrue
        foreach ($way in 'Connect-Pxxl', 'PXXL_API_KEY', 'config.json') {
            $run.Errors[0].Exception.Message | Should -Match ([regex]::Escape($way))
        }
        Get-SandboxRequest | Should -BeNullOrEmpty
    }

    It 'ends <Name> before any request, naming the three ways to provide one' -ForEach @(
        @{ Name = 'Connect-Periscope'; Call = { Connect-Periscope } }
        @{ Name = 'Send-PeriscopeDeployment'; Call = { Get-SampleReport | Send-PeriscopeDeployment } }
    ) {
        $run = Invoke-Recorded $Call
        Assert-ErrorRecord $run 'PeriscopeNotConnected' 'ConnectionError'
        $run.HasEnded | Should -BeTrue
        foreach ($way in 'Connect-Periscope', 'PERISCOPE_API_KEY', '-Connection') {
            $run.Errors[0].Exception.Message | Should -Match $way
        }
        Get-SandboxRequest | Should -BeNullOrEmpty
    }
}

Describe 'A wrong key' {
    BeforeEach {
        Reset-Sandbox
        $env:PXXL_API_KEY = 'pxxl_wrong'
        $env:PERISCOPE_API_KEY = 'psk_live_wrong'
    }

    It 'ends <Name> after one request' -ForEach ($script:pxxlCalls + @{ Name = 'Connect-Pxxl'; Call = { Connect-Pxxl } }) {
        $run = Invoke-Recorded $Call
        Assert-ErrorRecord $run 'PxxlUnauthorized' 'AuthenticationError'
        $run.HasEnded | Should -BeTrue
        $run.Output | Should -BeNullOrEmpty
        @(Get-SandboxRequest).status | Should -Be @(401)
    }

    It 'ends Send-PeriscopeDeployment with an error for the report, and sends no further reports' {
        $run = Invoke-Recorded { (1..50).ForEach({ Get-SampleReport "ci-$_" }) | Send-PeriscopeDeployment }
        Assert-ErrorRecord $run 'PeriscopeUnauthorized' 'AuthenticationError'
        $run.HasEnded | Should -BeTrue
        $run.Errors[0].TargetObject.DeploymentId | Should -Be 'ci-1'
        @(Get-SandboxRequest).status | Should -Be @(401)
    }
}

Describe 'http:// to another machine' {
    BeforeEach { Reset-Sandbox }

    It 'is rejected before a key is read: <Name>' -ForEach @(
        @{ Name = 'Connect-Pxxl'; Id = 'PxxlInvalidBaseUri'; Call = { Connect-Pxxl -BaseUri 'http://gateway.pxxl.dev/api/v3/' } }
        @{ Name = 'Connect-Periscope'; Id = 'PeriscopeInvalidBaseUri'; Call = { Connect-Periscope -BaseUri 'http://app.periscope.sh/' } }
        @{ Name = 'PXXL_API_URL'; Id = 'PxxlInvalidBaseUri'; Call = { $env:PXXL_API_URL = 'http://gateway.pxxl.dev/api/v3/'; Get-PxxlUsage } }
        @{ Name = 'PERISCOPE_API_URL'; Id = 'PeriscopeInvalidBaseUri'; Call = { $env:PERISCOPE_API_URL = 'http://app.periscope.sh/'; Get-SampleReport | Send-PeriscopeDeployment } }
    ) {
        # Without a key, the error would be a different one if the key were looked up first.
        Clear-SandboxKey
        $run = Invoke-Recorded $Call
        Assert-ErrorRecord $run $Id 'InvalidArgument'
        $run.Errors[0].Exception.Message | Should -Match 'unencrypted'
        Get-SandboxRequest | Should -BeNullOrEmpty
    }

    It 'is rejected in every form: <_>' -ForEach 'HTTP://EXAMPLE.COM/', 'http://127.0.0.1.example.com/', 'http://localhost.example.com/', 'http://user:word@127.0.0.1/', 'ftp://127.0.0.1/', 'file:///etc/', 'nonsense', '127.0.0.1' {
        $run = Invoke-Recorded { Connect-Pxxl -BaseUri $_ }
        Assert-ErrorRecord $run 'PxxlInvalidBaseUri' 'InvalidArgument'
    }
}

Describe 'A redirect to another host' {
    BeforeEach { Reset-Sandbox }

    It 'is rejected by the Pxxl cmdlets, and nothing is sent to that host' {
        Add-SandboxFault -Kind RedirectOtherHost -With @{ service = 'Pxxl' }
        $run = Invoke-Recorded { Get-PxxlDeployment }
        Assert-ErrorRecord $run 'PxxlRedirectRefused' 'SecurityError'
        $run.HasEnded | Should -BeTrue
        @(Get-SandboxRequest).host | Should -Be ([uri] $script:sandbox.Root).Authority
    }

    It 'is rejected by the Periscope cmdlets after one request' {
        Add-SandboxFault -Kind RedirectOtherHost -With @{ service = 'Periscope' }
        $run = Invoke-Recorded { (1..9).ForEach({ Get-SampleReport "ci-$_" }) | Send-PeriscopeDeployment }
        Assert-ErrorRecord $run 'PeriscopeRedirectRefused' 'SecurityError'
        $run.Output | Should -BeNullOrEmpty
        @(Get-SandboxRequest).host | Should -Be ([uri] $script:sandbox.Root).Authority
    }

    It 'is followed on the same host for a GET' {
        Add-SandboxFault -Kind RedirectSameHost -With @{ service = 'Pxxl'; times = 1 }
        (Get-PxxlUsage).TotalDeployments | Should -Be 150
    }
}

Describe 'An id' {
    BeforeEach { Reset-Sandbox }

    It 'with <What> never leads to another route' -ForEach @(
        @{ What = 'a slash'; Id = 'dep_1/logs' }
        @{ What = 'dots'; Id = '../projects/proj_1' }
        @{ What = 'nothing but dots'; Id = '..' }
        @{ What = 'a query'; Id = 'dep_1?page=2' }
        @{ What = 'a fragment'; Id = 'dep_1#x' }
        @{ What = 'spaces'; Id = 'dep 1' }
        @{ What = 'an escaped slash'; Id = 'dep_1%2Flogs' }
        @{ What = 'a backslash'; Id = '..\projects' }
        @{ What = 'a line break'; Id = "dep_1`r`nX: y" }
        @{ What = '10,000 characters'; Id = 'd' * 10000 }
        @{ What = 'no character'; Id = '' }
    ) {
        foreach ($call in { Get-PxxlDeployment -Id $Id }, { Get-PxxlProject -ProjectId $Id }, { Get-PxxlDeploymentLog -Id $Id }, { Get-PxxlDomain -Id $Id }, { Get-PxxlTeam -Id $Id }) {
            $run = Invoke-Recorded $call
            Assert-ErrorRecord $run 'PxxlInvalidId' 'InvalidArgument'
            $run.Errors[0].TargetObject | Should -Be $Id
            $run.Errors[0].Exception.Message.Length | Should -BeLessThan 400
            $run.HasEnded | Should -BeFalse
        }
        Get-SandboxRequest | Should -BeNullOrEmpty
    }

    It 'of a project with <What> never leads to another route' -ForEach @(
        @{ What = 'a slash'; Id = 'proj_1/logs' }
        @{ What = 'dots'; Id = 'proj_/../../whoami' }
        @{ What = 'a query'; Id = 'proj_1?x=y' }
    ) {
        $run = Invoke-Recorded { Get-PxxlDeployment -ProjectId $Id }
        Assert-ErrorRecord $run 'PxxlInvalidId' 'InvalidArgument'
        Get-SandboxRequest | Should -BeNullOrEmpty
    }

    It 'with other special characters is escaped: <_>' -ForEach "dep_$([char] 0xFC)", 'dep:1', 'dep&1=2', 'dep+1', "dep'1" {
        $run = Invoke-Recorded { Get-PxxlDeployment -Id $_ }
        Assert-ErrorRecord $run 'PxxlNotFound' 'ObjectNotFound'
        (Get-SandboxRequest).rawTarget | Should -Be "/api/v3/cli/deployments/$([uri]::EscapeDataString($_))"
    }
}

Describe 'A response that is not from Pxxl' {
    BeforeEach {
        Reset-Sandbox
        $script:connection = Connect-Pxxl -MaximumRetryCount 0
        Invoke-SandboxControl -Path 'requests' -Method Delete
    }

    It 'is an error with its first characters, never an empty list: <Kind>' -ForEach @(
        @{ Kind = 'HtmlOk'; Begins = '<!doctype html>' }
        @{ Kind = 'TruncatedJson'; Begins = '"deployments"' }
        @{ Kind = 'MalformedJson'; Begins = '"deployments"' }
        @{ Kind = 'UnknownEnvelope'; Begins = '"rows"' }
        @{ Kind = 'EmptyOk'; Begins = 'empty' }
    ) {
        Add-SandboxFault -Kind $Kind
        $run = Invoke-Recorded { Get-PxxlDeployment -Connection $script:connection }
        Assert-ErrorRecord $run 'PxxlInvalidResponse' 'InvalidData'
        $run.Output | Should -BeNullOrEmpty
        $run.Errors[0].Exception.Message | Should -Match ([regex]::Escape($Begins))
        @(Get-SandboxRequest).Count | Should -Be 1
    }

    It 'on the second page is an error after the rows of the first' {
        Add-SandboxFault -Kind HtmlOk -With @{ pathContains = 'page=2' }
        $run = Invoke-Recorded { Get-PxxlDeployment -Connection $script:connection }
        Assert-ErrorRecord $run 'PxxlInvalidResponse' 'InvalidData'
        $run.Output.Count | Should -Be 100
    }

    It 'is an error where the service fails: <Kind>' -ForEach @(
        @{ Kind = 'ServerError500'; Id = 'PxxlServerError'; Category = 'ResourceUnavailable' }
        @{ Kind = 'BadGateway502'; Id = 'PxxlServerError'; Category = 'ResourceUnavailable' }
        @{ Kind = 'Unavailable503'; Id = 'PxxlServerError'; Category = 'ResourceUnavailable' }
        @{ Kind = 'GatewayTimeout504'; Id = 'PxxlServerError'; Category = 'ResourceUnavailable' }
        @{ Kind = 'TooManyRequestsSeconds'; Id = 'PxxlRateLimited'; Category = 'LimitsExceeded' }
        @{ Kind = 'TooManyRequestsDate'; Id = 'PxxlRateLimited'; Category = 'LimitsExceeded' }
        @{ Kind = 'ResetBeforeResponse'; Id = 'PxxlUnreachable'; Category = 'ConnectionError' }
        @{ Kind = 'JsonErrorIn200'; Id = 'PxxlRequestFailed'; Category = 'InvalidResult' }
        @{ Kind = 'PlanLimit403'; Id = 'PxxlPlanLimit'; Category = 'LimitsExceeded' }
        @{ Kind = 'Forbidden403'; Id = 'PxxlForbidden'; Category = 'PermissionDenied' }
        @{ Kind = 'RouteNotRegistered404'; Id = 'PxxlWrongBaseUri'; Category = 'ConnectionError' }
        @{ Kind = 'WrongTeam404'; Id = 'PxxlNotFound'; Category = 'ObjectNotFound' }
    ) {
        Add-SandboxFault -Kind $Kind
        $run = Invoke-Recorded { Get-PxxlDeployment -Connection $script:connection }
        Assert-ErrorRecord $run $Id $Category
        $run.Output | Should -BeNullOrEmpty
        @(Get-SandboxRequest).Count | Should -Be 1
    }

    It 'that ends in the middle of its body is an error: <Kind>' -ForEach @(
        @{ Kind = 'ResetInBody' }
    ) {
        Add-SandboxFault -Kind $Kind
        $run = Invoke-Recorded { Get-PxxlDeployment -Connection $script:connection }
        @($run.Errors).Count | Should -Be 1
        $run.Errors[0].FullyQualifiedErrorId | Should -Match '^Pxxl(InvalidResponse|Unreachable),'
        $run.Output | Should -BeNullOrEmpty
    }

    It 'is an error if nothing listens at the address' {
        $run = Invoke-Recorded { Connect-Pxxl -BaseUri 'http://127.0.0.1:9/api/v3/' -MaximumRetryCount 0 }
        Assert-ErrorRecord $run 'PxxlUnreachable' 'ConnectionError'
    }
}

Describe 'An invalid report' {
    BeforeEach { Reset-Sandbox }

    It 'is an error that lists every reason and has the report as target, and nothing is sent' {
        $report = New-PeriscopeDeployment -DeploymentId 'ci-1' -CommitSha 'main' -Environment 'production' -Status 'exploded' -StartedAt '2026-01-31T12:00:00Z'
        $run = Invoke-Recorded { $report | Send-PeriscopeDeployment }
        Assert-ErrorRecord $run 'PeriscopeInvalidReport' 'InvalidData'
        $run.Errors[0].TargetObject | Should -Be $report
        $run.Errors[0].Exception.Message | Should -Match "commitSha 'main'"
        $run.Errors[0].Exception.Message | Should -Match "status 'exploded'"
        Get-SandboxRequest | Should -BeNullOrEmpty
    }

    It 'is rejected because of a timestamp: <What>' -ForEach @(
        @{ What = 'a final status without an end'; CompletedAt = $null; Reason = 'completedAt is missing' }
        @{ What = 'an end before the start'; CompletedAt = '2026-01-31T11:00:00Z'; Reason = 'before startedAt' }
    ) {
        $report = New-PeriscopeDeployment -DeploymentId 'ci-1' -CommitSha '1a2b3c4d' -Environment 'production' -Status 'success' -StartedAt '2026-01-31T12:00:00Z' -CompletedAt $CompletedAt
        $run = Invoke-Recorded { $report | Send-PeriscopeDeployment }
        Assert-ErrorRecord $run 'PeriscopeInvalidReport' 'InvalidData'
        $run.Errors[0].Exception.Message | Should -Match $Reason
        Get-SandboxRequest | Should -BeNullOrEmpty
    }

    It 'in one row of a CSV file is one error, and the other rows are sent' {
        $lines = @('DeploymentId,CommitSha,Environment,Status,StartedAt,CompletedAt')
        $lines += (1..60).ForEach({ "ci-$_,1a2b3c4d,staging,success,2026-01-31T12:00:00Z,2026-01-31T12:05:00Z" })
        $lines[30] = 'ci-30,1a2b3c4d,staging,success,2026-01-31T12:00:00Z,'
        $run = Invoke-Recorded { $lines | ConvertFrom-Csv | New-PeriscopeDeployment | Send-PeriscopeDeployment }
        Assert-ErrorRecord $run 'PeriscopeInvalidReport' 'InvalidData'
        $run.Errors[0].TargetObject.DeploymentId | Should -Be 'ci-30'
        $run.Output.Count | Should -Be 59
    }
}
