# Second phase: run what was found. A block is a scope: what BeforeAll sets is seen by everything below it and by nothing beside it. BeforeEach, It
# and AfterEach share one scope per test.

function Invoke-TestPath([string] $__path, [string] $__pattern) {
    $__count = @{ Passed = 0; Failed = 0; Skipped = 0 }
    $__path = [IO.Path]::GetFullPath($__path)
    $__files = if ([IO.File]::Exists($__path)) { , $__path } else { [IO.Directory]::GetFiles($__path, '*.Tests.ps1') }
    $__files = [string[]]@($__files)
    [Array]::Sort($__files, [StringComparer]::Ordinal)
    foreach ($__file in $__files) {
        $__watch = [Diagnostics.Stopwatch]::StartNew()
        $__pester = @{ Block = $null; Pattern = $__pattern; Passed = 0; Failed = 0; Skipped = 0 }
        Invoke-TestFile $__file
        foreach ($__key in @($__count.Keys)) { $__count[$__key] += $__pester[$__key] }
        if ($__pester.Passed + $__pester.Failed + $__pester.Skipped -gt 0) {
            [Console]::WriteLine("$([IO.Path]::GetFileName($__file)): $($__pester.Passed) passed, $($__pester.Failed) failed, $($__pester.Skipped) skipped ($($__watch.ElapsedMilliseconds) ms)")
        }
    }
    $__count
}

function Invoke-TestFile([string] $__file) {
    $__refused = @(Get-RefusedCommand $__file)
    if ($__refused) {
        foreach ($__reason in $__refused) { Write-TestFailure $__file $__reason }
        $__pester.Failed++
        return
    }
    $__root = New-TestNode Block '' { & $__file } $null $false
    try {
        Read-TestBlock $__root
    }
    catch {
        Write-TestFailure "$__file (discovery)" (Get-ErrorText $_)
        $__pester.Failed++
        return
    }
    if ($__root.Children.Count -gt 0) { Invoke-TestBlock $__root }
}

function Invoke-TestBlock($__block) {
    $__data = $__block.Data
    if ($null -ne $__data) {
        $_ = $__data[0]
        . $__setData
    }
    if ($__block.Parent -and -not $__block.Parent.Parent) { $TestDrive = [IO.Directory]::CreateTempSubdirectory('pester-').FullName }
    try {
        if ($__block.Skip) {
            $__pester.Skipped += Get-TestCount $__block
            return
        }
        $__ready = $false
        try {
            foreach ($__setup in $__block.BeforeAll) { $null = . $__setup }
            $__ready = $true
        }
        catch {
            $__pester.Failed += Get-TestCount $__block
            Write-TestFailure "$($__block.FullName) (BeforeAll)" (Get-ErrorText $_)
        }
        if ($__ready) {
            foreach ($__child in $__block.Children) {
                if ($__child.Kind -eq 'Block') { Invoke-TestBlock $__child } else { Invoke-Test $__child }
            }
        }
        try {
            foreach ($__teardown in $__block.AfterAll) { $null = . $__teardown }
        }
        catch {
            $__pester.Failed++
            Write-TestFailure "$($__block.FullName) (AfterAll)" (Get-ErrorText $_)
        }
    }
    finally {
        if ($__block.Parent -and -not $__block.Parent.Parent) { [IO.Directory]::Delete($TestDrive, $true) }
    }
}

function Invoke-Test($__test) {
    $__data = $__test.Data
    if ($null -ne $__data) {
        $_ = $__data[0]
        . $__setData
    }
    if ($__test.Skip) {
        $__pester.Skipped++
        return
    }
    $__blocks = @(for ($__at = $__test.Parent; $__at; $__at = $__at.Parent) { $__at })      # innermost first
    $__failure = "The test left its body by 'break' or 'continue'."
    foreach ($__once in 1) {
        try {
            for ($__i = $__blocks.Count - 1; $__i -ge 0; $__i--) { foreach ($__setup in $__blocks[$__i].BeforeEach) { $null = . $__setup } }
            $null = . $__test.Body
            $__failure = $null
        }
        catch {
            $__failure = $_
        }
    }
    foreach ($__once in 1) {
        try {
            foreach ($__at in $__blocks) { foreach ($__teardown in $__at.AfterEach) { $null = . $__teardown } }
        }
        catch {
            if (-not $__failure) { $__failure = $_ }
        }
    }

    if (-not $__failure) {
        $__pester.Passed++
    }
    elseif ($__failure -is [Management.Automation.ErrorRecord] -and $__failure.FullyQualifiedErrorId -eq 'PesterTestSkipped') {
        $__pester.Skipped++
    }
    else {
        $__pester.Failed++
        Write-TestFailure (Expand-TestName $__test) $(if ($__failure -is [string]) { $__failure } else { Get-ErrorText $__failure })
    }
}

function Get-TestCount($__node) {
    if ($__node.Kind -eq 'Test') { return 1 }
    $__sum = 0
    foreach ($__child in $__node.Children) { $__sum += Get-TestCount $__child }
    $__sum
}

# "<name>" and "<item.Property>" in the names of tests with data stand for the values the test was run with.
function Expand-TestName($__test) {
    [regex]::Replace($__test.FullName, '<([A-Za-z_][\w.]*)>', {
            $__path = $args[0].Groups[1].Value.Split('.')
            $__value = if ($__path[0] -eq '_') { $_ } else { $ExecutionContext.SessionState.PSVariable.GetValue($__path[0]) }
            for ($__i = 1; $__i -lt $__path.Count; $__i++) { $__value = $__value.($__path[$__i]) }
            "$__value"
        })
}

# The message and where in a test file it happened.
function Get-ErrorText($__error) {
    $__frame = $__error.ScriptStackTrace -split "`n" | Where-Object { $_ -like '*.Tests.ps1: *' -or $_ -like '*.Fixture.ps1: *' }
    $__where = if (@($__frame)[0] -match ', (.+): line (\d+)') { " ($($Matches[1]):$($Matches[2]))" } else { '' }
    "$($__error.Exception.Message)$__where"
}

function Write-TestFailure([string] $__name, [string] $__message) {
    [Console]::WriteLine("FAILED $__name`: $__message")
}

function Set-ItResult {
    [CmdletBinding()]
    param([switch] $Skipped, [switch] $Inconclusive, [string] $Because)
    if ($Skipped -eq $Inconclusive) { throw 'Set-ItResult wants one of -Skipped and -Inconclusive.' }
    throw [Management.Automation.ErrorRecord]::new([Exception]::new("skipped, because $Because"), 'PesterTestSkipped', 'OperationStopped', $null)
}
