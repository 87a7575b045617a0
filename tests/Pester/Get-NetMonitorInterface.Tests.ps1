Describe 'Get-NetMonitorInterface' {
    BeforeAll {
        . ([IO.Path]::Combine($PSScriptRoot, 'Module.ps1'))
        $all = @(Get-NetMonitorInterface)
    }

    It 'knows the loopback interface and its address' {
        $loopback = @($all | Where-Object IsLoopback)
        $loopback.Count | Should -BeGreaterOrEqual 1
        $loopback[0].Addresses | ForEach-Object { "$_" } | Should -Contain '127.0.0.1'
    }
    It 'has one default at most' { @($all | Where-Object IsDefault).Count | Should -BeLessThan 2 }
    It 'finds by name' { (Get-NetMonitorInterface $all[0].Name).Name | Should -Be $all[0].Name }
    It 'writes each once' { Get-NetMonitorInterface *, $all[0].Name | Should -HaveCount $all.Count }
    It 'reports a name there is none of, and lists those there are' {
        $failure = Get-ErrorOf { Get-NetMonitorInterface no-such-interface }
        $failure.FullyQualifiedErrorId | Should -BeLike 'CaptureDeviceNotFound,*'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike "*$($all[0].Name)*"
    }
}
