# Imports the build for this edition. Everything else is compiled.
$target = if ($PSEdition -eq 'Core') { 'net8.0' } else { 'netstandard2.0' }
$assembly = [System.IO.Path]::Combine($PSScriptRoot, 'bin', $target, 'PxxlPeriscope.PowerShell.dll')
Import-Module -Name $assembly -ErrorAction Stop
Export-ModuleMember -Cmdlet *
