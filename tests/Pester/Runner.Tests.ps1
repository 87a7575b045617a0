# The small runner must say what Pester would say, above all when a test fails.
Describe 'The small test runner' {
    BeforeAll {
        . ([IO.Path]::Combine($PSScriptRoot, 'Shell.ps1'))
        $runner = [IO.Path]::GetFullPath([IO.Path]::Combine($PSScriptRoot, '..', 'PesterRunner', 'Invoke-PesterFile.ps1'))

        function Invoke-Fixture([string] $Name, [string] $Pattern = '') {
            $results = [IO.Path]::Combine($TestDrive, 'results.json')
            $lines = Invoke-ShellProcess '-File' $runner ([IO.Path]::Combine($PSScriptRoot, 'fixtures', "$Name.Fixture.ps1")) $results $Pattern '-Small'
            @{ Text = $lines -join "`n"; ExitCode = $LASTEXITCODE; Json = [IO.File]::ReadAllText($results) }
        }
    }

    Context 'on tests with every outcome' {
        BeforeAll { $run = Invoke-Fixture Outcomes }

        It 'counts them' { $run.Json | Should -Be '{ "Passed": 10, "Failed": 5, "Skipped": 4 }' }
        It 'ends with exit code 1' { $run.ExitCode | Should -Be 1 }
        It 'names the failed test with its data, message and line' {
            $run.Text | Should -Match 'FAILED Outcomes\.adds 2 and 2: Expected 4 to be 5\. \(.+Outcomes\.Fixture\.ps1:\d+\)'
        }
        It 'reports <_>' -ForEach 'by itself', "The test left its body by 'break' or 'continue'.", 'no setup', 'no teardown' {
            $run.Text | Should -BeLike "*$_*"
        }
    }

    It 'runs only what the pattern names' {
        (Invoke-Fixture Outcomes 'Scopes.nested').Json | Should -Be '{ "Passed": 1, "Failed": 0, "Skipped": 0 }'
    }

    Context 'on a file with something it does not know' {
        BeforeAll { $run = Invoke-Fixture Refused }

        It 'fails the file without running its tests' { $run.Json | Should -Be '{ "Passed": 0, "Failed": 1, "Skipped": 0 }' }
        It 'names the operator' { $run.Text | Should -BeLike "*does not know 'Should -BeLikeExactly'.*" }
        It 'names the command' { $run.Text | Should -BeLike "*does not know 'Mock'.*" }
    }
}

Describe 'Should' {
    It 'passes: <Name>' -ForEach @(
        @{ Name = 'equal ignoring case'; Assert = { 'a' | Should -Be 'A' } }
        @{ Name = 'not exactly'; Assert = { 'a' | Should -Not -BeExactly 'A' } }
        @{ Name = 'arrays item by item'; Assert = { 1, 2, 3 | Should -Be 1, 2, 3 } }
        @{ Name = 'a lone item as itself'; Assert = { @('a') | Should -Be 'a' } }
        @{ Name = 'null is null'; Assert = { $null | Should -Be $null } }
        @{ Name = 'false is not null'; Assert = { $false | Should -Not -Be $null } }
        @{ Name = 'an empty pipeline is empty'; Assert = { @() | Should -BeNullOrEmpty } }
        @{ Name = 'an empty pipeline counts 0'; Assert = { @() | Should -HaveCount 0 } }
        @{ Name = 'counts'; Assert = { 1, 2 | Should -HaveCount 2 } }
        @{ Name = 'contains'; Assert = { 1, 2 | Should -Contain 2 } }
        @{ Name = 'is in'; Assert = { 2 | Should -BeIn 1, 2 } }
        @{ Name = 'every item is judged'; Assert = { 5, 6 | Should -BeGreaterThan 4 } }
        @{ Name = 'orders'; Assert = { 5 | Should -BeGreaterOrEqual 5; 5 | Should -BeLessOrEqual 5; 5 | Should -BeLessThan 6 } }
        @{ Name = 'type by name'; Assert = { 5 | Should -BeOfType 'int' } }
        @{ Name = 'type'; Assert = { 5 | Should -BeOfType ([int]) } }
        @{ Name = 'truth'; Assert = { 'x' | Should -BeTrue; 0 | Should -BeFalse } }
        @{ Name = 'regular expression'; Assert = { 'abc' | Should -Match '^A.c$' } }
        @{ Name = 'throws'; Assert = { { throw 'some message' } | Should -Throw } }
        @{ Name = 'throws a message'; Assert = { { throw 'some message' } | Should -Throw 'some*' } }
        @{ Name = 'throws a type'; Assert = { { [int]::Parse('x') } | Should -Throw -ExceptionType ([Management.Automation.MethodInvocationException]) } }
        @{ Name = 'throws an error id'; Assert = { { Get-Module -NoSuchParameter } | Should -Throw -ErrorId 'NamedParameterNotFound*' } }
        @{ Name = 'throws not'; Assert = { { 1 } | Should -Not -Throw } }
        @{ Name = 'actual value by name'; Assert = { Should -Be 1 -ActualValue 1 } }
    ) {
        & $Assert
    }

    It 'fails: <Name>' -ForEach @(
        @{ Name = 'another number'; Assert = { 1 | Should -Be 2 } }
        @{ Name = 'another case'; Assert = { 'a' | Should -BeExactly 'A' } }
        @{ Name = 'a longer array'; Assert = { 1, 2, 3 | Should -Be 1, 2 } }
        @{ Name = 'null is not false'; Assert = { $null | Should -Be $false } }
        @{ Name = 'one item is too small'; Assert = { 5, 3 | Should -BeGreaterThan 4 } }
        @{ Name = 'not in'; Assert = { 3 | Should -BeIn 1, 2 } }
        @{ Name = 'contained'; Assert = { 1, 2 | Should -Not -Contain 2 } }
        @{ Name = 'another count'; Assert = { 1, 2 | Should -HaveCount 3 } }
        @{ Name = 'another type'; Assert = { 5 | Should -BeOfType ([string]) } }
        @{ Name = 'nothing thrown'; Assert = { { 1 } | Should -Throw } }
        @{ Name = 'another message'; Assert = { { throw 'a' } | Should -Throw 'b*' } }
        @{ Name = 'thrown'; Assert = { { throw 'a' } | Should -Not -Throw } }
        @{ Name = 'empty'; Assert = { '' | Should -Not -BeNullOrEmpty } }
        @{ Name = 'false'; Assert = { $false | Should -BeTrue } }
    ) {
        $Assert | Should -Throw 'Expected*'
    }

    It 'says why' { { 1 | Should -Be 2 -Because 'one is not two' } | Should -Throw '*because one is not two*' }
    It 'runs the script block among the variables of the test' {
        $name = 'of the test'
        { throw $name } | Should -Throw 'of the test'
    }
}
