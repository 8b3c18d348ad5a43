BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
    Import-Module -Name (Get-TestedModule)
    $script:secret = 'whsec_example'
    $script:utf8 = [System.Text.UTF8Encoding]::new($false)

    function Get-Header {
        # The headers of a body, among others.
        param([string] $Body)
        $headers = [ordered] @{ Connection = 'Keep-Alive'; Accept = 'text/html, */*;q=0.8'; Date = 'Sun, 26 May 2024 11:37:36 GMT' }
        $signed = New-PxxlSignature -Body $Body -Secret $script:secret
        foreach ($name in $signed.Keys) {
            $headers[$name] = $signed[$name]
        }
        $headers['User-Agent'] = 'Pxxl-Webhooks/1.0'
        $headers
    }

    function ConvertTo-Unquoted {
        # The format of Azure Automation for PowerShell 7.
        param([string] $Body, [System.Collections.IDictionary] $Headers)
        $pairs = foreach ($name in $Headers.Keys) { '{0}:{1}' -f $name, $Headers[$name] }
        '{WebhookName:deploys,RequestBody:' + $Body + ',RequestHeader:{' + ($pairs -join ',') + '}}'
    }

    function ConvertTo-Input {
        # A webhook in one of the forms that users have, as parameters for splatting.
        param([string] $Form, [string] $Body, [System.Collections.IDictionary] $Headers = (Get-Header -Body $Body))
        $plain = @{}
        $dictionary = [System.Collections.Generic.Dictionary[string, string]]::new()
        $collection = [System.Collections.Specialized.NameValueCollection]::new()
        $lists = @{}
        $upper = @{}
        $lower = @{}
        foreach ($name in $Headers.Keys) {
            $plain[$name] = $Headers[$name]
            $dictionary[$name] = $Headers[$name]
            $collection.Add($name, $Headers[$name])
            $lists[$name] = [string[]] @($Headers[$name])
            $upper[$name.ToUpperInvariant()] = $Headers[$name]
            $lower[$name.ToLowerInvariant()] = $Headers[$name]
        }
        switch ($Form) {
            'body and signature' { @{ Body = $Body; Signature = $Headers['X-Pxxl-Signature']; Timestamp = $Headers['X-Pxxl-Timestamp'] } }
            'bytes and signature' { @{ Body = $script:utf8.GetBytes($Body); Signature = $Headers['X-Pxxl-Signature']; Timestamp = $Headers['X-Pxxl-Timestamp'] } }
            'headers as hashtable' { @{ Body = $Body; Headers = $plain } }
            'headers as ordered hashtable' { @{ Body = $Body; Headers = $Headers } }
            'headers as dictionary' { @{ Body = $Body; Headers = $dictionary } }
            'headers as collection' { @{ Body = $Body; Headers = $collection } }
            'headers as object' { @{ Body = $Body; Headers = [pscustomobject] $Headers } }
            'headers with lists' { @{ Body = $Body; Headers = $lists } }
            'headers in upper case' { @{ Body = $Body; Headers = $upper } }
            'headers in lower case' { @{ Body = $Body; Headers = [pscustomobject] $lower } }
            'the object of a 5.1 runbook' { @{ WebhookData = [pscustomobject] @{ WebhookName = 'deploys'; RequestBody = $Body; RequestHeader = [pscustomobject] $Headers } } }
            'a hashtable' { @{ WebhookData = @{ WebhookName = 'deploys'; RequestBody = $Body; RequestHeader = $plain } } }
            'a hashtable in lower case' { @{ WebhookData = @{ requestbody = $Body; requestheader = $lower } } }
            'JSON text' { @{ WebhookData = ConvertTo-Json -InputObject @{ WebhookName = 'deploys'; RequestBody = $Body; RequestHeader = $plain } -Compress } }
            'text that is no JSON' { @{ WebhookData = ConvertTo-Unquoted -Body $Body -Headers $Headers } }
            'an Azure Functions request' { @{ Request = [pscustomobject] @{ Body = @{ parsed = $true }; RawBody = $Body; Headers = $dictionary; Method = 'POST'; Params = @{}; Query = @{} } } }
        }
    }

    function Get-BodyText {
        # A body with difficult content. RawBody must be identical.
        $special = [string] [char] 0xDF + [char] 0x914D + [char]::ConvertFromUtf32(0x1F680)
        '{"event":"deployment.status_changed","timestamp":1716723456,"data":{"id":"dep_1","status":"failed","note":",RequestHeader:{X-Pxxl-Signature:00}} \"q\" }{ ' +
        $special + '"}}' + "`r`n"
    }
}

Describe 'A webhook as <_>' -ForEach @(
    'body and signature', 'bytes and signature', 'headers as hashtable', 'headers as ordered hashtable', 'headers as dictionary', 'headers as collection',
    'headers as object', 'headers with lists', 'headers in upper case', 'headers in lower case', 'the object of a 5.1 runbook', 'a hashtable',
    'a hashtable in lower case', 'JSON text', 'text that is no JSON', 'an Azure Functions request'
) {
    BeforeAll {
        $script:form = $_
        $script:body = Get-BodyText
        $script:webhook = ConvertTo-Input -Form $script:form -Body $script:body
    }

    It 'is genuine for Test-PxxlSignature' {
        Test-PxxlSignature @webhook -Secret $script:secret | Should -BeExactly $true
        (Test-PxxlSignature @webhook -Secret $script:secret -Detailed).Scheme | Should -Be 'HashedSecret'
    }

    It 'is an event for ConvertFrom-PxxlWebhook, its body byte for byte' {
        $event1 = ConvertFrom-PxxlWebhook @webhook -Secret $script:secret
        $event1.Name | Should -BeExactly 'deployment.status_changed'
        $event1.Deployment.Id | Should -BeExactly 'dep_1'
        $event1.RawBody | Should -BeExactly $script:body
    }

    It 'is preserved byte for byte if the body is <What>' -ForEach @(
        @{ What = 'empty'; Text = '' }
        @{ What = 'RequestHeader:'; Text = 'RequestHeader:' }
        @{ What = 'a plain envelope'; Text = '{RequestBody:x,RequestHeader:{}}' }
        @{ What = 'braces and quotes'; Text = '}}"{"\' }
        @{ What = 'white space'; Text = " `t`r`n " }
    ) {
        $other = ConvertTo-Input -Form $script:form -Body $Text
        Test-PxxlSignature @other -Secret $script:secret | Should -BeExactly $true
    }

    It 'is rejected if its body was changed' {
        $forged = ConvertTo-Input -Form $script:form -Body ($script:body -replace 'dep_1', 'dep_2') -Headers (Get-Header -Body $script:body)
        Test-PxxlSignature @forged -Secret $script:secret | Should -BeExactly $false
        $run = Invoke-Recorded { ConvertFrom-PxxlWebhook @forged -Secret $script:secret }
        $run.Output | Should -BeNullOrEmpty
        $run.Errors.FullyQualifiedErrorId | Should -Be 'PxxlSignatureInvalid,PxxlPeriscope.PowerShell.Commands.ConvertFromPxxlWebhook'
    }

    It 'is rejected if there is no signature' {
        $headers = Get-Header -Body $script:body
        $headers.Remove('X-Pxxl-Signature')
        $unsigned = ConvertTo-Input -Form $script:form -Body $script:body -Headers $headers
        (Test-PxxlSignature @unsigned -Secret $script:secret -Detailed).Reason | Should -Be 'SignatureMissing'
    }
}

Describe 'A header with two values' {
    It 'is malformed as <What>' -ForEach @(
        @{ What = 'a list'; Make = { param($Headers) $Headers['X-Pxxl-Signature'] = @($Headers['X-Pxxl-Signature'], '00'); $Headers } }
        @{
            What = 'two names that differ in case'
            Make = {
                param($Headers)
                $two = [System.Collections.Generic.Dictionary[string, string]]::new()
                foreach ($name in $Headers.Keys) { $two[$name] = $Headers[$name] }
                $two['x-pxxl-signature'] = '00'
                $two
            }
        }
        @{
            What = 'a collection'
            Make = {
                param($Headers)
                $collection = [System.Collections.Specialized.NameValueCollection]::new()
                foreach ($name in $Headers.Keys) { $collection.Add($name, $Headers[$name]) }
                $collection.Add('X-Pxxl-Timestamp', '1')
                , $collection
            }
        }
    ) {
        $headers = & $Make (Get-Header -Body '{"event":"oauth.test"}')
        (Test-PxxlSignature -Body '{"event":"oauth.test"}' -Headers $headers -Secret $script:secret -Detailed).Reason |
            Should -Be 'HeaderAmbiguous'
        $run = Invoke-Recorded { ConvertFrom-PxxlWebhook -Body '{"event":"oauth.test"}' -Headers $headers -Secret $script:secret }
        $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlWebhookMalformed,*'
        $run.Output | Should -BeNullOrEmpty
    }

    It 'is never taken from another header in text that is not JSON' {
        $headers = Get-Header -Body '{"event":"oauth.test"}'
        $headers['User-Agent'] = 'curl,X-Pxxl-Signature:' + ('0' * 64)
        $text = ConvertTo-Unquoted -Body '{"event":"oauth.test"}' -Headers $headers
        (Invoke-Recorded { ConvertFrom-PxxlWebhook -WebhookData $text -Secret $script:secret }).Errors.FullyQualifiedErrorId |
            Should -BeLike 'PxxlWebhookMalformed,*'
    }
}

Describe 'Input that is not a webhook' {
    It '<What> is malformed, for -<Parameter>' -ForEach @(
        @{ What = 'text'; Parameter = 'WebhookData'; Value = 'no webhook' }
        @{ What = 'a number'; Parameter = 'WebhookData'; Value = 42 }
        @{ What = 'an empty hashtable'; Parameter = 'WebhookData'; Value = @{} }
        @{ What = 'a body that is null'; Parameter = 'WebhookData'; Value = [pscustomobject] @{ RequestBody = $null; RequestHeader = @{} } }
        @{ What = 'a parsed body'; Parameter = 'WebhookData'; Value = @{ RequestBody = @{ event = 'x' }; RequestHeader = @{} } }
        @{ What = 'an unpaired surrogate'; Parameter = 'WebhookData'; Value = '{"' + [char] 0xD83D }
        @{ What = 'a request without a RawBody'; Parameter = 'Request'; Value = @{ Body = '{}'; Headers = @{} } }
        @{ What = 'text'; Parameter = 'Request'; Value = 'no request' }
    ) {
        $given = @{ $Parameter = $Value }
        foreach ($cmdlet in 'Test-PxxlSignature', 'ConvertFrom-PxxlWebhook') {
            $run = Invoke-Recorded { & $cmdlet @given -Secret $script:secret }
            $run.Errors.FullyQualifiedErrorId | Should -BeLike 'PxxlWebhookMalformed,*'
            $run.Output | Should -BeNullOrEmpty
            $run.HasEnded | Should -BeFalse
        }
    }
}
