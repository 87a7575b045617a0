Describe 'Get-NetMonitor' {
    BeforeAll {
        . ([IO.Path]::Combine($PSScriptRoot, 'Module.ps1'))
        $file = [IO.Path]::Combine($TestDrive, 'some.pcap')
        New-CaptureFile $file
        Start-NetMonitor -Path $file -Name one
        Start-NetMonitor -Path $file -Name two
    }
    AfterAll { Stop-NetMonitor }

    It 'writes all, in the order they were started' { Get-NetMonitor | ForEach-Object Name | Should -Be 'one', 'two' }
    It 'finds by name' { (Get-NetMonitor two).Name | Should -Be 'two' }
    It 'finds by wildcard' { Get-NetMonitor o*, *e | Should -HaveCount 1 }
    It 'takes names from the pipeline' { 'two' | Get-NetMonitor | Should -HaveCount 1 }
    It 'is silent about a wildcard without a match' { Get-NetMonitor zz* | Should -BeNullOrEmpty }
    It 'reports a name there is none of, and lists those there are' {
        $failure = Get-ErrorOf { Get-NetMonitor three }
        $failure.FullyQualifiedErrorId | Should -BeLike 'NetMonitorNotFound,*'
        $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*one, two*'
    }
    It 'shows counters' {
        $monitor = Get-NetMonitor one
        $monitor.WaitForCompletion([timespan]::FromSeconds(10)) | Should -BeTrue
        $monitor.Counters.Received | Should -Be 3
        $monitor.Dropped | Should -Be 0
        $monitor.Status | Should -Be 'Completed'
    }
}
