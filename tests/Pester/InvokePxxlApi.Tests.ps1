BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    $script:sandbox = Open-Sandbox -Deployments 20
}

AfterAll { Close-Sandbox }

Describe 'Invoke-PxxlApi' {
    BeforeEach { Reset-Sandbox }

    It 'gives the answer as objects' {
        $answer = Invoke-PxxlApi teams
        $answer.total | Should -Be 1
        $answer.teams[0].name | Should -Be 'Harbour Labs'
        # A whole number stays one: as a double, an id beyond 2^53 would be another.
        $answer.total | Should -BeOfType long
    }

    It 'gives the answer as text with -Raw' {
        $text = Invoke-PxxlApi cli/whoami -Raw
        $text | Should -BeOfType string
        (ConvertFrom-Json $text).user.name | Should -Be 'Ada Harbour'
    }

    It 'sends the same key as the other cmdlets, below the base address' {
        $null = Invoke-PxxlApi /cli/whoami
        $request = Get-SandboxRequest
        $request.path | Should -Be '/api/v3/cli/whoami'
        $request.hasAuthorization | Should -BeTrue
    }

    It 'escapes -Query' {
        $null = Invoke-PxxlApi cli/deployments -Query @{ limit = 2; teamId = 'a b&c=d' } -ErrorAction SilentlyContinue
        $request = Get-SandboxRequest
        $request.rawTarget | Should -Match 'limit=2'
        $request.rawTarget | Should -Match 'teamId=a%20b%26c%3Dd'
    }

    It 'sends a body made of a hashtable or of JSON text: <Form>' -ForEach @(
        @{ Form = 'hashtable'; Body = @{ commitMessage = 'Again' } }
        @{ Form = 'text'; Body = '{"commitMessage":"Again"}' }
    ) {
        $project = @(Get-PxxlProject)[0].Id
        $answer = Invoke-PxxlApi "cli/projects/$project/redeploy" -Method POST -Body $Body
        $answer.status | Should -Be 'queued'
        (Get-PxxlDeployment $answer.deploymentId).CommitMessage | Should -Be 'Again'
    }

    It 'asks before whatever is no GET, and -WhatIf sends nothing' {
        Invoke-PxxlApi 'cli/projects/proj_1/redeploy' -Method POST -WhatIf | Should -BeNullOrEmpty
        Get-SandboxRequest | Should -BeNullOrEmpty
    }

    It 'never repeats a POST' {
        Add-SandboxFault -Kind BadGateway502 -With @{ method = 'POST' }
        $run = Invoke-Recorded { Invoke-PxxlApi 'cli/projects/proj_1/redeploy' -Method POST }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlServerError,*'
        @(Get-SandboxRequest).Count | Should -Be 1
    }

    It 'never leaves the base address: <_>' -ForEach '../../elsewhere', 'cli/../../x', 'http://example.invalid/', '//example.invalid/x', 'cli/%2e%2e/x', 'cli\..\x' {
        $run = Invoke-Recorded { Invoke-PxxlApi $_ }
        $run.Output | Should -BeNullOrEmpty
        @($run.Errors).Count | Should -Be 1
        $run.Errors[0].TargetObject | Should -Be $_
        foreach ($request in Get-SandboxRequest) {
            $request.rawTarget | Should -BeLike '/api/v3/*'
        }
    }

    It 'gives the errors of the other cmdlets' {
        $run = Invoke-Recorded { Invoke-PxxlApi cli/projects/proj_missing }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlNotFound,*'
        $run.Errors[0].TargetObject | Should -Be 'cli/projects/proj_missing'
    }

    It 'tells the limit of the plan' {
        Add-SandboxFault -Kind PlanLimit403
        $run = Invoke-Recorded { Invoke-PxxlApi cli/projects }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlPlanLimit,*'
        $run.Errors[0].Exception.Message | Should -Match 'PROJECT_LIMIT_EXCEEDED.*3 of 3 are used'
    }

    It 'refuses a body that contains itself, and says where: <Form>' -ForEach @(
        @{ Form = 'hashtable'; Path = 'inner\.self'; Body = { $map = @{ inner = @{} }; $map.inner.self = $map; $map } }
        @{ Form = 'object'; Path = 'inner\.self'; Body = { $object = [pscustomobject] @{ inner = @{ self = $null } }; $object.inner.self = $object; $object } }
        @{ Form = 'list'; Path = 'items\[1\]'; Body = { $list = [System.Collections.ArrayList] @(1); $null = $list.Add($list); @{ items = $list } } }
    ) {
        $cyclic = & $Body
        $run = Invoke-Recorded { Invoke-PxxlApi cli/whoami -Method POST -Body $cyclic }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlInvalidRequest,*'
        $run.Errors[0].Exception.Message | Should -Match "-Body contains itself at .*$Path"
        Get-SandboxRequest | Should -BeNullOrEmpty
    }

    It 'sends a body of 64 levels, and refuses a deeper one' {
        $body = 'end'
        foreach ($level in 1..64) {
            $body = @{ a = $body }
        }
        $project = @(Get-PxxlProject)[0].Id
        (Invoke-PxxlApi "cli/projects/$project/redeploy" -Method POST -Body $body).status | Should -Be 'queued'

        $run = Invoke-Recorded { Invoke-PxxlApi "cli/projects/$project/redeploy" -Method POST -Body @{ a = $body } }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlInvalidRequest,*'
        $run.Errors[0].Exception.Message | Should -Match '-Body is nested more than 64 levels deep'
        @(Get-SandboxRequest | Where-Object method -EQ 'POST').Count | Should -Be 1
    }

    It 'sends the same object twice in a body, since that is no cycle' {
        $shared = @{ a = 1 }
        $project = @(Get-PxxlProject)[0].Id
        (Invoke-PxxlApi "cli/projects/$project/redeploy" -Method POST -Body @{ one = $shared; two = @($shared, $shared) }).status | Should -Be 'queued'
    }
}
