# Receives webhooks and leaves all of them in the inbox: the pipeline blocks with the first one until standard input ends.
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $ModulePath,
    [Parameter(Mandatory)] [string] $Prefix,
    [Parameter(Mandatory)] [string] $InboxPath,
    [Parameter(Mandatory)] [string] $Secret
)

$ErrorActionPreference = 'Stop'
Import-Module $ModulePath
Receive-PxxlWebhook -Secret $Secret -Prefix $Prefix -InboxPath $InboxPath | ForEach-Object { $null = [Console]::In.ReadToEnd(); exit }
