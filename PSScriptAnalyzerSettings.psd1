# For every script of this repository: build.ps1, module/, tests/Pester and docs/samples. tests/Pester/Scripts.Tests.ps1 holds
# them to it. All rules that are on by default count, at every severity.
@{
    Severity            = @('Error', 'Warning', 'Information')
    IncludeDefaultRules = $true

    ExcludeRules        = @(
        # From 5.0 on Write-Host writes to the information stream, so what the rule warns of is gone; build.ps1 and the demo speak
        # to whoever sits at the prompt, beside what they give to the pipeline.
        'PSAvoidUsingWriteHost'
    )

    Rules               = @{
        # What ships runs in Windows PowerShell 5.1 too, so no script uses a syntax that it lacks.
        PSUseCompatibleSyntax                     = @{
            Enable         = $true
            TargetVersions = @('5.1', '7.4')
        }

        PSUseConsistentIndentation                = @{
            Enable              = $true
            Kind                = 'space'
            IndentationSize     = 4
            PipelineIndentation = 'IncreaseIndentationForFirstPipeline'
        }

        PSUseConsistentWhitespace                 = @{
            Enable                                  = $true
            CheckInnerBrace                         = $true
            CheckOpenBrace                          = $true
            CheckOpenParen                          = $true
            CheckOperator                           = $true
            CheckPipe                               = $true
            CheckPipeForRedundantWhitespace         = $true
            CheckSeparator                          = $true
            CheckParameter                          = $true
            # The values of a hashtable are aligned below each other.
            IgnoreAssignmentOperatorInsideHashTable = $true
        }

        PSAlignAssignmentStatement                = @{
            Enable         = $true
            CheckHashtable = $true
        }

        PSPlaceOpenBrace                          = @{
            Enable             = $true
            OnSameLine         = $true
            NewLineAfter       = $true
            IgnoreOneLineBlock = $true
        }

        PSPlaceCloseBrace                         = @{
            Enable             = $true
            NewLineAfter       = $true
            IgnoreOneLineBlock = $true
            NoEmptyLineBefore  = $true
        }

        PSUseCorrectCasing                        = @{
            Enable = $true
        }

        PSAvoidUsingPositionalParameters          = @{
            Enable           = $true
            # Pester's words, and functions of ours whose arguments are a sentence or are handed on to a program.
            CommandAllowList = @('Should', 'Describe', 'Context', 'It', 'Invoke-Dotnet', 'Assert-ErrorRecord', 'Test-Vector')
        }

        PSAvoidUsingDoubleQuotesForConstantString = @{
            Enable = $true
        }

        PSAvoidSemicolonsAsLineTerminators        = @{
            Enable = $true
        }

        PSAvoidExclaimOperator                    = @{
            Enable = $true
        }

        PSAvoidLongLines                          = @{
            Enable            = $true
            MaximumLineLength = 240
        }
    }
}
