# Usage: Invoke-PesterFile.ps1 PATH RESULTS [PATTERN] [-Small]
# Runs a test file, or the *.Tests.ps1 of a folder, and writes the counts to RESULTS as JSON: with Pester 5 where it is installed, else with the small runner
# beside this file, which knows the part of Pester that the project's tests use and refuses the rest. -Small takes that one in any case. Exit code 1 when a test failed.
param([string] $Path, [string] $Results, [string] $Pattern, [switch] $Small)

$pester = if (-not $Small) { Get-Module -ListAvailable -Name Pester | Where-Object { $_.Version.Major -ge 5 } }
if ($pester) {
    Import-Module Pester -MinimumVersion 5.0
    $configuration = New-PesterConfiguration
    $configuration.Run.Path = $Path
    $configuration.Run.PassThru = $true
    if ($Pattern) { $configuration.Filter.FullName = "*$Pattern*" }
    $run = Invoke-Pester -Configuration $configuration
    # A file that does not even load is a failed container without failed tests.
    $count = @{ Passed = $run.PassedCount; Failed = $run.FailedCount + $run.FailedContainersCount; Skipped = $run.SkippedCount + $run.InconclusiveCount }
}
else {
    . ([IO.Path]::Combine($PSScriptRoot, 'Discovery.ps1'))
    . ([IO.Path]::Combine($PSScriptRoot, 'Run.ps1'))
    Import-Module ([IO.Path]::Combine($PSScriptRoot, 'Should.psm1'))
    $count = Invoke-TestPath $Path $Pattern
}

[IO.File]::WriteAllText($Results, "{ `"Passed`": $($count.Passed), `"Failed`": $($count.Failed), `"Skipped`": $($count.Skipped) }")
exit $(if ($count.Failed) { 1 } else { 0 })
