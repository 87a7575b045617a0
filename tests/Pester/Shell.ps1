# For tests that need a process of their own: dot-source this in BeforeAll.

$ModulePath = [IO.Path]::GetFullPath([IO.Path]::Combine($PSScriptRoot, '..', '..', 'out', 'module', 'NetMonitor', 'NetMonitor.psd1'))

# Each file of a cmdlet is a cmdlet that is exported.
$CmdletCount = [IO.Directory]::GetFiles([IO.Path]::Combine($PSScriptRoot, '..', '..', 'src', 'NetMonitor.Cmdlets'), '*Command.cs').Count

# Runs a text in a shell like this one, without the module, and gives the lines it printed (errors too).
function Invoke-ShellText([string] $Text) {
    Invoke-ShellProcess '-Command' $Text
}

# The words that start a shell like this one without a profile and without the module.
function Get-ShellWord {
    [Environment]::ProcessPath
    if ([IO.Path]::GetFileNameWithoutExtension([Environment]::ProcessPath) -eq 'pwsh') { '-NoLogo', '-NoProfile' } else { '-NoModule' }
}

# Runs the shell with these arguments. $LASTEXITCODE is its exit code.
function Invoke-ShellProcess {
    $shell, [string[]] $quiet = Get-ShellWord
    & $shell @quiet @args 2>&1 | ForEach-Object { "$_" }
}
