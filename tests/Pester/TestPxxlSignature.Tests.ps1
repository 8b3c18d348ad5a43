BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    Import-Module -Name (Get-TestedModule)
    # The test vectors in docs/facts/pxxl-api.md.
    $script:body = '{"event":"deployment.status_changed","timestamp":1716723456,"data":{"id":"dep_1"}}'
    $script:timestamp = '1716723456'
    $script:secret = 'whsec_example'
    $script:signature = @{
        HashedSecret     = 'a65f7e21f16eb17e87f2f9d9e01c35acc766a27ffe6d10b651b61838f83af136'
        Secret           = '0aa44565e15584078cb8fbaf01b817ecfbdd208ddff605fc4c0dab784eea01a7'
        BodySecret       = '7eb6f0928ecc45af9ceafd1a16592b2ceb3ee82ec428a30a558c541fc93ca430'
        BodyHashedSecret = 'a06cb27103a80381299a79ed7e678d2d7c897688bf71aeda31a80b3f3050a6c5'
    }

    function Test-Vector {
        # Calls the cmdlet with the test vector of a scheme, and with the changes of a test.
        param([string] $Scheme = 'HashedSecret', [hashtable] $With = @{})
        $parameters = @{
            Body      = $script:body
            Signature = $script:signature[$Scheme]
            Timestamp = $script:timestamp
            Secret    = $script:secret
        }
        foreach ($key in $With.Keys) {
            $parameters[$key] = $With[$key]
        }
        Test-PxxlSignature @parameters
    }

    function Get-Signature {
        # A signature of scheme B over a body, for current times.
        param([string] $Time)
        $hmac = [System.Security.Cryptography.HMACSHA256]::new([System.Text.Encoding]::UTF8.GetBytes($script:secret))
        [System.Convert]::ToHexString($hmac.ComputeHash([System.Text.Encoding]::UTF8.GetBytes("$Time.$($script:body)"))).ToLowerInvariant()
    }
}

Describe 'Test-PxxlSignature' {
    Context 'scheme <_>' -ForEach 'HashedSecret', 'Secret', 'BodySecret', 'BodyHashedSecret' {
        It 'accepts the test vector in docs/facts' {
            Test-Vector $_ @{ IgnoreAge = $true } | Should -BeExactly $true
        }

        It 'shows which scheme matched' {
            (Test-Vector $_ @{ IgnoreAge = $true; Detailed = $true }).Scheme | Should -Be $_
        }

        It 'accepts only this scheme if it is specified' {
            foreach ($pinned in 'HashedSecret', 'Secret', 'BodySecret', 'BodyHashedSecret') {
                Test-Vector $_ @{ IgnoreAge = $true; Scheme = $pinned } | Should -Be ($pinned -eq $_)
            }
        }

        It 'rejects a body with an additional character' {
            Test-Vector $_ @{ IgnoreAge = $true; Body = "$($script:body) " } | Should -BeExactly $false
        }

        It 'rejects another secret' {
            Test-Vector $_ @{ IgnoreAge = $true; Secret = 'whsec_other' } | Should -BeExactly $false
        }

        It 'rejects an old timestamp by default' {
            Test-Vector $_ | Should -BeExactly $false
            (Test-Vector $_ @{ Detailed = $true }).Reason | Should -Be 'TooOld'
        }
    }

    It 'accepts the body as text, as bytes, and as the bytes of Get-Content' {
        $bytes = [System.Text.Encoding]::UTF8.GetBytes($script:body)
        $path = Join-Path -Path $TestDrive -ChildPath 'body.json'
        [System.IO.File]::WriteAllBytes($path, $bytes)
        Test-Vector -With @{ IgnoreAge = $true; Body = $bytes } | Should -BeTrue
        Test-Vector -With @{ IgnoreAge = $true; Body = (Get-Content -LiteralPath $path -AsByteStream) } | Should -BeTrue
        Test-Vector -With @{ IgnoreAge = $true; Body = (Get-Content -LiteralPath $path -Raw) } | Should -BeTrue
    }

    It 'rejects a parsed body, and explains what it requires' {
        { Test-Vector -With @{ Body = (ConvertFrom-Json $script:body) } } |
            Should -Throw -ErrorId 'ParameterArgumentTransformationError,*' -ExpectedMessage '*raw body*'
    }

    It 'accepts the secret as SecureString, and several during a rotation' {
        $secure = [System.Net.NetworkCredential]::new('', $script:secret).SecurePassword
        Test-Vector -With @{ IgnoreAge = $true; Secret = $secure } | Should -BeTrue
        $check = Test-Vector -With @{ IgnoreAge = $true; Detailed = $true; Secret = 'whsec_new', $secure }
        $check.IsValid | Should -BeTrue
        $check.SecretIndex | Should -Be 1
    }

    It 'accepts a signature with the prefix sha256=, in upper case and in Base64' {
        $hex = $script:signature.Secret
        Test-Vector -With @{ IgnoreAge = $true; Signature = "sha256=$hex" } | Should -BeTrue
        Test-Vector -With @{ IgnoreAge = $true; Signature = $hex.ToUpperInvariant() } | Should -BeTrue
        Test-Vector -With @{ IgnoreAge = $true; Signature = [System.Convert]::ToBase64String([System.Convert]::FromHexString($hex)) } |
            Should -BeTrue
    }

    It 'returns the reason <Reason> for <What>' -ForEach @(
        @{ Reason = 'SignatureMissing'; What = 'no signature'; With = @{ Signature = '' } }
        @{ Reason = 'SignatureMissing'; What = 'null as signature'; With = @{ Signature = $null } }
        @{ Reason = 'SignatureMalformed'; What = 'a signature of another length'; With = @{ Signature = 'abc123' } }
        @{ Reason = 'TimestampMissing'; What = 'no timestamp'; With = @{ Timestamp = '' } }
        @{ Reason = 'TimestampMalformed'; What = 'a timestamp that is not a number'; With = @{ Timestamp = 'yesterday' } }
        @{ Reason = 'Mismatch'; What = 'another timestamp'; With = @{ Timestamp = '1716723457' } }
    ) {
        $check = Test-Vector Secret ($With + @{ Detailed = $true })
        $check.Reason | Should -Be $Reason
        $check.IsValid | Should -BeFalse
        Test-Vector Secret $With | Should -BeExactly $false
    }

    It 'accepts <Offset> seconds from now: <Accepted>' -ForEach @(
        @{ Offset = -10; Accepted = $true }
        @{ Offset = -280; Accepted = $true }
        @{ Offset = -320; Accepted = $false }
        @{ Offset = 280; Accepted = $true }
        @{ Offset = 320; Accepted = $false }
    ) {
        $time = [string] [datetimeoffset]::UtcNow.AddSeconds($Offset).ToUnixTimeSeconds()
        Test-PxxlSignature -Body $script:body -Signature (Get-Signature $time) -Timestamp $time -Secret $script:secret |
            Should -Be $Accepted
    }

    It '-Tolerance increases and reduces the accepted age' {
        $time = [string] [datetimeoffset]::UtcNow.AddSeconds(-400).ToUnixTimeSeconds()
        Test-PxxlSignature -Body $script:body -Signature (Get-Signature $time) -Timestamp $time -Secret $script:secret -Tolerance '00:10:00' |
            Should -BeTrue
        Test-PxxlSignature -Body $script:body -Signature (Get-Signature $time) -Timestamp $time -Secret $script:secret -Tolerance '00:01:00' |
            Should -BeFalse
    }

    It 'shows whether the signature binds the timestamp' {
        (Test-Vector Secret @{ IgnoreAge = $true; Detailed = $true }).BindsTimestamp | Should -BeTrue
        (Test-Vector BodySecret @{ IgnoreAge = $true; Detailed = $true }).BindsTimestamp | Should -BeFalse
    }

    It 'uses every character of a secret' {
        Test-Vector -With @{ IgnoreAge = $true; Secret = "$($script:secret) " } | Should -BeExactly $false
    }

    It 'rejects an empty secret' {
        { Test-Vector -With @{ Secret = '' } } | Should -Throw -ErrorId 'ParameterArgument*'
    }
}
