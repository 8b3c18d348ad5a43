# Receives webhooks and takes none of them out of the inbox: the pipeline waits with the first one until its input ends.
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
