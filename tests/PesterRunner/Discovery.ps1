# First phase: run each test file once to learn which blocks and tests there are. Bodies of It and of Before/After are kept, not run.
#
# All of the runner lives in the scope chain the tests run in, as Pester's scoping needs it; its own variables begin with two underscores to stay
# out of their way. $__pester is the state of one file: Block, the block being read; Pattern, the filter.

# What Pester has and this runner has not. Such a file is refused as a whole: half a test is worse than none.
$__refusedCommands = 'Mock', 'InModuleScope', 'New-MockObject', 'New-Fixture', 'Add-ShouldOperator', 'Assert-MockCalled', 'Assert-VerifiableMock', 'Get-ShouldOperator',
    'Should-*'

function Get-RefusedCommand([string] $__file) {
    $__errors = $null
    $__ast = [Management.Automation.Language.Parser]::ParseFile($__file, [ref]$null, [ref]$__errors)
    foreach ($__parseError in $__errors) {
        "$($__parseError.Message) ($__file`:$($__parseError.Extent.StartLineNumber))"
    }
    foreach ($__call in $__ast.FindAll({ $args[0] -is [Management.Automation.Language.CommandAst] }, $true)) {
        $__name = $__call.GetCommandName()
        $__where = "($__file`:$($__call.Extent.StartLineNumber))"
        if ($__refusedCommands | Where-Object { $__name -like $_ }) {
            "This runner does not know '$__name'. $__where"
        }
        if ($__name -ne 'Should') { continue }
        foreach ($__element in $__call.CommandElements) {
            if ($__element -is [Management.Automation.Language.CommandParameterAst] -and -not (Get-Command Should).Parameters.ContainsKey($__element.ParameterName)) {
                "This runner does not know 'Should -$($__element.ParameterName)'. $__where"
            }
        }
    }
}

function New-TestNode([string] $__kind, [string] $__name, [scriptblock] $__body, $__data, [bool] $__skip) {
    $__parent = $__pester.Block
    @{
        Kind       = $__kind
        Name       = $__name
        Body       = $__body
        Data       = $__data        # an array of one item, or null
        Skip       = $__skip -or ($__parent -and $__parent.Skip)
        Parent     = $__parent
        FullName   = if ($__parent -and $__parent.FullName) { "$($__parent.FullName).$__name" } else { $__name }
        Children   = [Collections.Generic.List[object]]::new()
        BeforeAll  = @()
        BeforeEach = @()
        AfterAll   = @()
        AfterEach  = @()
    }
}

# Sets the variables of one -ForEach item in the scope that dot-sources it. ($_ cannot be set from here: it belongs to each function.)
$__setData = {
    if ($__data[0] -is [Collections.IDictionary]) {
        foreach ($__key in $__data[0].Keys) { $ExecutionContext.SessionState.PSVariable.Set("local:$__key", $__data[0][$__key]) }
    }
}

function Read-TestBlock($__block) {
    $__outer = $__pester.Block
    $__pester.Block = $__block
    try {
        $__data = $__block.Data
        if ($null -ne $__data) {
            $_ = $__data[0]
            . $__setData
        }
        $null = & $__block.Body
    }
    finally {
        $__pester.Block = $__outer
    }
    if ($__outer -and $__block.Children.Count -gt 0) { $__outer.Children.Add($__block) }
}

function Add-TestNode($__test) {
    if (-not $__pester.Pattern -or $__test.FullName -like "*$($__pester.Pattern)*") { $__pester.Block.Children.Add($__test) }
}

function Describe {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Name,
        [Parameter(Position = 1)] [scriptblock] $Fixture,
        [object] $ForEach,
        [string[]] $Tag,
        [switch] $Skip
    )
    if (-not $Fixture) { throw "The block '$Name' has no body. (Is its brace on the next line?)" }
    if (-not $PSBoundParameters.ContainsKey('ForEach')) {
        Read-TestBlock (New-TestNode Block $Name $Fixture $null $Skip)
        return
    }
    foreach ($__item in $ForEach) { Read-TestBlock (New-TestNode Block $Name $Fixture @(, $__item) $Skip) }
}

function Context {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Name,
        [Parameter(Position = 1)] [scriptblock] $Fixture,
        [object] $ForEach,
        [string[]] $Tag,
        [switch] $Skip
    )
    Describe @PSBoundParameters
}

function It {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Name,
        [Parameter(Position = 1)] [scriptblock] $Test,
        [Alias('TestCases')] [object] $ForEach,
        [string[]] $Tag,
        [switch] $Skip
    )
    if (-not $Test) { throw "The test '$Name' has no body. (Is its brace on the next line?)" }
    if (-not $PSBoundParameters.ContainsKey('ForEach')) {
        Add-TestNode (New-TestNode Test $Name $Test $null $Skip)
        return
    }
    foreach ($__item in $ForEach) { Add-TestNode (New-TestNode Test $Name $Test @(, $__item) $Skip) }
}

function BeforeAll([Parameter(Mandatory)] [scriptblock] $Scriptblock) { $__pester.Block.BeforeAll += $Scriptblock }
function BeforeEach([Parameter(Mandatory)] [scriptblock] $Scriptblock) { $__pester.Block.BeforeEach += $Scriptblock }
function AfterAll([Parameter(Mandatory)] [scriptblock] $Scriptblock) { $__pester.Block.AfterAll += $Scriptblock }
function AfterEach([Parameter(Mandatory)] [scriptblock] $Scriptblock) { $__pester.Block.AfterEach += $Scriptblock }

# Runs now, in the scope of the block being read: that is what it is for. From a module, since a function would keep the variables to itself.
New-Module -Name PesterDiscovery { function BeforeDiscovery([Parameter(Mandatory)] [scriptblock] $ScriptBlock) { . $ScriptBlock } } | Import-Module
