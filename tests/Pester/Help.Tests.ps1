BeforeDiscovery {
    . $PSScriptRoot/Sandbox.ps1
    $script:commands = @(Get-Command -Module PxxlPeriscope | ForEach-Object -Process {
            $common = [System.Management.Automation.PSCmdlet]::CommonParameters + [System.Management.Automation.PSCmdlet]::OptionalCommonParameters
            @{
                Name       = $_.Name
                Parameters = @($_.Parameters.Keys | Where-Object { $_ -notin $common } | ForEach-Object -Process { @{ Parameter = $_ } })
            }
        })
}

BeforeAll {
    . $PSScriptRoot/Sandbox.ps1
}

Describe 'The help of <Name>' -ForEach $script:commands {
    BeforeAll {
        $script:help = Get-Help -Name $Name -Full
        $script:exampleCode = @($script:help.examples.example | Where-Object { $_ } | ForEach-Object -Process { $_.code })
    }

    It 'has a synopsis that is not the syntax' {
        $synopsis = "$($script:help.Synopsis)".Trim()
        $synopsis | Should -Not -BeNullOrEmpty
        $synopsis | Should -Not -Match "^$Name\b"
        $synopsis | Should -Not -Match '<CommonParameters>'
    }

    It 'has a description' {
        ($script:help.description | Out-String).Trim() | Should -Not -BeNullOrEmpty
    }

    It 'describes -<Parameter>' -ForEach $Parameters -AllowNullOrEmptyForEach {
        $text = $script:help.parameters.parameter | Where-Object name -EQ $Parameter |
            ForEach-Object -Process { $_.description | Out-String }
        "$text".Trim() | Should -Not -BeNullOrEmpty
    }

    It 'has an example, and every example calls the cmdlet' {
        $script:exampleCode.Count | Should -BeGreaterOrEqual 1
        $script:exampleCode -join "`n" | Should -Match ([regex]::Escape($Name))
    }

    It 'has examples that are PowerShell, with parameters that exist' {
        foreach ($example in $script:exampleCode) {
            # The text after an empty line is the output of the example.
            $code = ($example.Trim() -split '\r?\n[ \t]*\r?\n')[0]
            $problems = $null
            $syntax = [System.Management.Automation.Language.Parser]::ParseInput($code, [ref] $null, [ref] $problems)
            $problems | Should -BeNullOrEmpty
            $calls = $syntax.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)
            foreach ($call in $calls) {
                $command = Get-Command -Name "$($call.GetCommandName())" -Module PxxlPeriscope -ErrorAction Ignore
                if ($command) {
                    foreach ($used in $call.CommandElements | Where-Object { $_ -is [System.Management.Automation.Language.CommandParameterAst] }) {
                        { $command.ResolveParameter($used.ParameterName) } | Should -Not -Throw
                    }
                }
            }
        }
        $script:exampleCode.Count | Should -BeGreaterOrEqual 1
    }

    It 'shows the syntax of each parameter set' {
        @($script:help.syntax.syntaxItem).Count | Should -Be (Get-Command -Name $Name).ParameterSets.Count
    }

    It 'has related links' {
        @($script:help.relatedLinks.navigationLink | Where-Object { $_ }).Count | Should -BeGreaterOrEqual 1
    }
}
