BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    Import-Module -Name (Get-TestedModule)
    # The test vectors in docs/facts/pxxl-api.md.
    $script:body = '{"event":"deployment.status_changed","timestamp":1716723456,"data":{"id":"dep_1"}}'
    $script:secret = 'whsec_example'
}

Describe 'New-PxxlSignature' {
    It 'creates the test vector in docs/facts for scheme <Scheme>' -ForEach @(
        @{ Scheme = 'HashedSecret'; Signature = 'a65f7e21f16eb17e87f2f9d9e01c35acc766a27ffe6d10b651b61838f83af136' }
        @{ Scheme = 'Secret'; Signature = '0aa44565e15584078cb8fbaf01b817ecfbdd208ddff605fc4c0dab784eea01a7' }
        @{ Scheme = 'BodySecret'; Signature = '7eb6f0928ecc45af9ceafd1a16592b2ceb3ee82ec428a30a558c541fc93ca430' }
        @{ Scheme = 'BodyHashedSecret'; Signature = 'a06cb27103a80381299a79ed7e678d2d7c897688bf71aeda31a80b3f3050a6c5' }
    ) {
        $headers = New-PxxlSignature -Body $script:body -Secret $script:secret -Timestamp 1716723456 -Scheme $Scheme
        $headers['X-Pxxl-Signature'] | Should -BeExactly $Signature
        $headers['X-Pxxl-Timestamp'] | Should -BeExactly '1716723456'
    }

    It 'is accepted by Test-PxxlSignature in scheme <_>, whatever the body' -ForEach @(
        'HashedSecret'
        'Secret'
        'BodySecret'
        'BodyHashedSecret'
    ) {
        $special = [string] [char] 0xDF + [char]::ConvertFromUtf32(0x1F680) + "`r`n`t" + '"{}\'
        foreach ($body in $script:body, '', $special, [byte[]] @(0, 255, 254, 10)) {
            $headers = New-PxxlSignature -Body $body -Secret $script:secret -Scheme $_
            $check = Test-PxxlSignature -Body $body -Headers $headers -Secret $script:secret -Detailed -WarningAction SilentlyContinue
            $check.Reason | Should -Be 'Valid'
            $check.Scheme | Should -Be $_
        }
    }

    It 'returns the headers in the documented order, with the event in two parts' {
        $headers = New-PxxlSignature -Body '{}' -Secret $script:secret -Event 'project.created'
        @($headers.Keys) | Should -Be @('X-Pxxl-Event', 'X-Pxxl-Action-Type', 'X-Pxxl-Timestamp', 'X-Pxxl-Signature')
        $headers['X-Pxxl-Event'] | Should -BeExactly 'project'
        $headers['X-Pxxl-Action-Type'] | Should -BeExactly 'created'
    }

    It 'accepts bodies from the pipeline, and returns headers for each' {
        $headers = @('{"a":1}', '{"a":2}' | New-PxxlSignature -Secret $script:secret -Timestamp 1716723456)
        $headers.Count | Should -Be 2
        $headers[0]['X-Pxxl-Signature'] | Should -Not -Be $headers[1]['X-Pxxl-Signature']
    }

    It 'uses the current time by default' {
        $before = [datetimeoffset]::UtcNow.ToUnixTimeSeconds()
        $time = [long] (New-PxxlSignature -Body '{}' -Secret $script:secret)['X-Pxxl-Timestamp']
        $time | Should -BeGreaterOrEqual $before
        $time | Should -BeLessOrEqual ([datetimeoffset]::UtcNow.ToUnixTimeSeconds())
    }

    It 'accepts an earlier time, for replays: <_>' -ForEach '10m', '2024-05-26T11:37:36Z' {
        $headers = New-PxxlSignature -Body '{}' -Secret $script:secret -Timestamp $_
        (Test-PxxlSignature -Body '{}' -Headers $headers -Secret $script:secret -Detailed).Reason | Should -Be 'TooOld'
        Test-PxxlSignature -Body '{}' -Headers $headers -Secret $script:secret -IgnoreAge | Should -BeTrue
    }

    It 'accepts the secret as SecureString' {
        $secure = [System.Net.NetworkCredential]::new('', $script:secret).SecurePassword
        $headers = New-PxxlSignature -Body '{}' -Secret $secure -Timestamp 1716723456
        $headers['X-Pxxl-Signature'] |
            Should -Be (New-PxxlSignature -Body '{}' -Secret $script:secret -Timestamp 1716723456)['X-Pxxl-Signature']
    }

    It 'rejects <What>' -ForEach @(
        @{ What = 'the scheme Auto'; With = @{ Scheme = 'Auto' } }
        @{ What = 'an event without an action'; With = @{ Event = 'deployment' } }
        @{ What = 'an event with a space'; With = @{ Event = 'deployment. created' } }
        @{ What = 'an event with a line break'; With = @{ Event = "deployment.created`r`nX: y" } }
        @{ What = 'an empty secret'; With = @{ Secret = '' } }
        @{ What = 'a parsed body'; With = @{ Body = @{ a = 1 } } }
    ) {
        $parameters = @{ Body = '{}'; Secret = $script:secret }
        foreach ($key in $With.Keys) {
            $parameters[$key] = $With[$key]
        }
        { New-PxxlSignature @parameters } | Should -Throw -ErrorId 'ParameterArgument*'
    }
}
