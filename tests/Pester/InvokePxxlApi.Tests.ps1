BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    $script:sandbox = Open-Sandbox -Deployments 20
}

AfterAll { Close-Sandbox }

Describe 'Invoke-PxxlApi' {
    BeforeEach { Reset-Sandbox }

    It 'returns the response as objects' {
        $answer = Invoke-PxxlApi teams
        $answer.total | Should -Be 1
        $answer.teams[0].name | Should -Be 'Harbour Labs'
        # An integer stays an integer: as a double, an id above 2^53 would change.
        $answer.total | Should -BeOfType long
    }

    It 'returns the response as text with -Raw' {
        $text = Invoke-PxxlApi cli/whoami -Raw
        $text | Should -BeOfType string
        (ConvertFrom-Json $text).user.name | Should -Be 'Ada Harbour'
    }

    It 'sends the same key as the other cmdlets, below the base URI' {
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

    It 'sends a hashtable or JSON text as body: <Form>' -ForEach @(
        @{ Form = 'hashtable'; Body = @{ commitMessage = 'Again' } }
        @{ Form = 'text'; Body = '{"commitMessage":"Again"}' }
    ) {
        $project = @(Get-PxxlProject)[0].Id
        $answer = Invoke-PxxlApi "cli/projects/$project/redeploy" -Method POST -Body $Body
        $answer.status | Should -Be 'queued'
        (Get-PxxlDeployment $answer.deploymentId).CommitMessage | Should -Be 'Again'
    }

    It 'prompts before any method other than GET, and sends nothing with -WhatIf' {
        Invoke-PxxlApi 'cli/projects/proj_1/redeploy' -Method POST -WhatIf | Should -BeNullOrEmpty
        Get-SandboxRequest | Should -BeNullOrEmpty
    }

    It 'never retries a POST' {
        Add-SandboxFault -Kind BadGateway502 -With @{ method = 'POST' }
        $run = Invoke-Recorded { Invoke-PxxlApi 'cli/projects/proj_1/redeploy' -Method POST }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlServerError,*'
        @(Get-SandboxRequest).Count | Should -Be 1
    }

    It 'never leaves the base URI: <_>' -ForEach @(
        '../../elsewhere'
        'cli/../../x'
        'http://example.invalid/'
        '//example.invalid/x'
        'cli/%2e%2e/x'
        'cli\..\x'
    ) {
        $run = Invoke-Recorded { Invoke-PxxlApi $_ }
        $run.Output | Should -BeNullOrEmpty
        @($run.Errors).Count | Should -Be 1
        $run.Errors[0].TargetObject | Should -Be $_
        foreach ($request in Get-SandboxRequest) {
            $request.rawTarget | Should -BeLike '/api/v3/*'
        }
    }

    It 'reports the same errors as the other cmdlets' {
        $run = Invoke-Recorded { Invoke-PxxlApi cli/projects/proj_missing }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlNotFound,*'
        $run.Errors[0].TargetObject | Should -Be 'cli/projects/proj_missing'
    }

    It 'shows the limit of the plan' {
        Add-SandboxFault -Kind PlanLimit403
        $run = Invoke-Recorded { Invoke-PxxlApi cli/projects }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlPlanLimit,*'
        $run.Errors[0].Exception.Message | Should -Match 'PROJECT_LIMIT_EXCEEDED.*3 of 3 are used'
    }

    It 'rejects a body that contains itself, and shows where: <Form>' -ForEach @(
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

    It 'sends a body with 64 levels, and rejects a deeper one' {
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

    It 'sends a body that contains the same object twice without a cycle' {
        $shared = @{ a = 1 }
        $project = @(Get-PxxlProject)[0].Id
        (Invoke-PxxlApi "cli/projects/$project/redeploy" -Method POST -Body @{ one = $shared; two = @($shared, $shared) }).status |
            Should -Be 'queued'
    }
}
