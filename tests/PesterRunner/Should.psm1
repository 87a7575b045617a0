# The assertion, and its operators, each with the meaning it has in Pester 5. One row per operator: what it tests with the actual and the expected value, and how it is
# said. A module, so that its variables are not seen by script blocks under test. Whole: it judges everything that was piped as one value (a lone item as itself); the others judge each item by itself.
$Operators = @{
    Be               = @{ Whole = $true; Says = 'to be'; Test = { Test-Equal $args[0] $args[1] $false } }
    BeExactly        = @{ Whole = $true; Says = 'to be exactly'; Test = { Test-Equal $args[0] $args[1] $true } }
    BeTrue           = @{ Says = 'to be true'; Unary = $true; Test = { [bool]$args[0] } }
    BeFalse          = @{ Says = 'to be false'; Unary = $true; Test = { -not $args[0] } }
    BeNullOrEmpty    = @{ Whole = $true; Says = 'to be null or empty'; Unary = $true; Test = { Test-NullOrEmpty $args[0] } }
    BeOfType         = @{ Says = 'to be of type'; Test = { Test-Type $args[0] $args[1] } }
    BeGreaterThan    = @{ Says = 'to be greater than'; Test = { $args[0] -gt $args[1] } }
    BeGreaterOrEqual = @{ Says = 'to be greater than or equal to'; Test = { $args[0] -ge $args[1] } }
    BeLessThan       = @{ Says = 'to be less than'; Test = { $args[0] -lt $args[1] } }
    BeLessOrEqual    = @{ Says = 'to be less than or equal to'; Test = { $args[0] -le $args[1] } }
    BeLike           = @{ Says = 'to be like'; Test = { $args[0] -like $args[1] } }
    Match            = @{ Says = 'to match'; Test = { $args[0] -match $args[1] } }
    Contain          = @{ Whole = $true; Says = 'to contain'; Test = { @($args[0]) -contains $args[1] } }
    BeIn             = @{ Says = 'to be in'; Test = { @($args[1]) -contains $args[0] } }
    HaveCount        = @{ Whole = $true; Says = 'to have the count'; Test = { @($args[0]).Count -eq $args[1] } }
    Throw            = @{ Says = 'to throw'; Unary = $true }
}

function Test-Equal($First, $Second, [bool] $CaseSensitive) {
    if ($First -isnot [Collections.IList] -and $Second -isnot [Collections.IList]) {
        # As -eq, but never turned into a filter by a collection on the left.
        if ($CaseSensitive) { return [bool]($First -ceq $Second) }
        return [bool]($First -eq $Second)
    }
    $First = @($First)
    $Second = @($Second)
    if ($First.Count -ne $Second.Count) { return $false }
    for ($i = 0; $i -lt $First.Count; $i++) {
        if (-not (Test-Equal $First[$i] $Second[$i] $CaseSensitive)) { return $false }
    }
    return $true
}

function Test-NullOrEmpty($Value) {
    $values = @($Value)
    if ($null -eq $Value -or $values.Count -eq 0) { return $true }
    if ($values.Count -gt 1) { return $false }
    if ($values[0] -is [hashtable]) { return $values[0].Count -eq 0 }
    return [string]::IsNullOrEmpty($values[0])
}

function Test-Type($Value, $Type) {
    $resolved = $Type -as [type]
    if (-not $resolved) { throw "There is no type '$Type'." }
    return $Value -is $resolved
}

# Gives the error that running the script block threw when it is of the kind asked for.
function Get-ThrownError($ScriptBlock, $Wanted) {
    if ($ScriptBlock -isnot [scriptblock]) { throw 'Should -Throw wants a script block.' }
    try {
        $null = & $ScriptBlock
        return
    }
    catch {
        $thrown = $_
    }
    if ($Wanted.ContainsKey('ExpectedMessage') -and $thrown.Exception.Message -notlike $Wanted.ExpectedMessage) { return }
    if ($Wanted.ContainsKey('ErrorId') -and $thrown.FullyQualifiedErrorId -notlike $Wanted.ErrorId) { return }
    if ($Wanted.ContainsKey('ExceptionType') -and $thrown.Exception -isnot $Wanted.ExceptionType) { return }
    $thrown
}

function Format-TestValue($Value) {
    if ($null -eq $Value) { return '$null' }
    if ($Value -is [bool]) { return "`$$Value".ToLowerInvariant() }
    if ($Value -is [string]) { return "'$Value'" }
    if ($Value -is [scriptblock]) { return 'the script block' }
    if ($Value -is [Collections.IList]) { return "@($(@(foreach ($item in $Value) { Format-TestValue $item }) -join ', '))" }
    "$Value"
}

function Should {
    [CmdletBinding()]
    param(
        [Parameter(ValueFromPipeline)] [object] $ActualValue,
        [switch] $Not,
        [string] $Because,
        [object] $Be, [object] $BeExactly, [switch] $BeTrue, [switch] $BeFalse, [switch] $BeNullOrEmpty, [object] $BeOfType,
        [object] $BeGreaterThan, [object] $BeGreaterOrEqual, [object] $BeLessThan, [object] $BeLessOrEqual,
        [string] $BeLike, [string] $Match, [object] $Contain, [object[]] $BeIn, [int] $HaveCount,
        [switch] $Throw, [Parameter(Position = 0)] [string] $ExpectedMessage, [string] $ErrorId, [type] $ExceptionType, [switch] $PassThru
    )
    begin {
        $values = [Collections.Generic.List[object]]::new()
    }
    process {
        $values.Add($ActualValue)
    }
    end {
        $named = @($Operators.Keys | Where-Object { $PSBoundParameters.ContainsKey($_) })
        if ($named.Count -ne 1) { throw "Should wants exactly one operator and has $($named.Count): $($named -join ', ')." }
        $name = $named[0]
        if ($name -ne 'Throw' -and ($ExpectedMessage -or $ErrorId -or $ExceptionType)) { throw "Should -$name takes no message, error id or exception type." }
        $operator = $Operators[$name]
        $expected = $PSBoundParameters[$name]

        $subjects = [Collections.Generic.List[object]]::new()
        if ($values.Count -eq 0) { $subjects.Add($(if ($operator.Whole) { , @() })) }      # an empty pipeline is judged once, as nothing
        elseif ($values.Count -gt 1 -and $operator.Whole) { $subjects.Add($values.ToArray()) }
        else { $subjects.AddRange($values) }

        foreach ($subject in $subjects) {
            if ($name -eq 'Throw') {
                $thrown = Get-ThrownError $subject $PSBoundParameters
                $succeeded = $null -ne $thrown
            }
            else {
                $succeeded = & $operator.Test $subject $expected
            }
            if ($succeeded -ne [bool]$Not) { continue }

            $text = "Expected $(Format-TestValue $subject)$(if ($Not) { ' not' }) $($operator.Says)$(if (-not $operator.Unary) { ' ' + (Format-TestValue $expected) })"
            $text += "$(if ($ExpectedMessage) { " '$ExpectedMessage'" })$(if ($ErrorId) { " with error id '$ErrorId'" })$(if ($ExceptionType) { " of type [$ExceptionType]" })"
            $text += "$(if ($Because) { ", because $Because" })."
            throw [Management.Automation.ErrorRecord]::new([Exception]::new($text), 'PesterAssertionFailed', 'InvalidResult', $subject)
        }
        if ($PassThru -and $thrown) { $thrown }
    }
}

Export-ModuleMember -Function Should
