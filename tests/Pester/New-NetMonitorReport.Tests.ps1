Describe 'New-NetMonitorReport' {
    BeforeAll {
        . ([IO.Path]::Combine($PSScriptRoot, 'Module.ps1'))
        $capture = [IO.Path]::Combine($TestDrive, 'some.pcap')
        New-CaptureFile $capture

        # The data in the page.
        function Get-ReportData([string] $Path) {
            $match = [regex]::Match([IO.File]::ReadAllText($Path), '<script type="application/json" id="data">(.*?)</script>', 'Singleline')
            [Text.Json.JsonDocument]::Parse($match.Groups[1].Value).RootElement
        }
    }
    AfterAll { Stop-NetMonitor }

    It 'makes a page of a capture, its traffic counted by packet' {
        $file = [IO.Path]::Combine($TestDrive, 'capture.html')
        (New-NetMonitorReport $file -CapturePath $capture -Title 'A & B' -PassThru).FullName | Should -Be $file
        [IO.File]::ReadAllText($file) | Should -BeLike '<!DOCTYPE html>*<title>A &amp; B</title>*</html>*'
        $data = Get-ReportData $file
        $data.GetProperty('totals').GetProperty('connections').GetInt32() | Should -Be 3
        $data.GetProperty('source').GetString() | Should -Be 'some.pcap'
        $data.GetProperty('series').GetProperty('exact').GetBoolean() | Should -BeTrue
        ($data.GetProperty('series').GetProperty('sent').EnumerateArray() | ForEach-Object { $_.GetInt64() }) | Should -Be 96
    }
    It 'makes a page of what comes down the pipeline' {
        $file = [IO.Path]::Combine($TestDrive, 'pipeline.html')
        Import-NetCapture $capture | Where-Object RemotePort -ne 7002 | New-NetMonitorReport $file
        $data = Get-ReportData $file
        $data.GetProperty('totals').GetProperty('connections').GetInt32() | Should -Be 2
        $data.GetProperty('series').GetProperty('exact').GetBoolean() | Should -BeFalse
    }
    It 'makes a page of a monitor' {
        $monitor = Start-NetMonitor -Path $capture -Name reported -PassThru
        $null = $monitor.WaitForCompletion([timespan]::FromSeconds(10))
        $file = [IO.Path]::Combine($TestDrive, 'monitor.html')
        New-NetMonitorReport $file -Monitor reported
        $data = Get-ReportData $file
        $data.GetProperty('source').GetString() | Should -Be 'reported'
        $data.GetProperty('totals').GetProperty('connections').GetInt32() | Should -Be 3
        Stop-NetMonitor reported
    }
    It 'does not replace a file unless forced' {
        $file = [IO.Path]::Combine($TestDrive, 'twice.html')
        New-NetMonitorReport $file -CapturePath $capture
        $failure = Get-ErrorOf { New-NetMonitorReport $file -CapturePath $capture }
        $failure.FullyQualifiedErrorId | Should -BeLike 'ExportFileExists,*'
        New-NetMonitorReport $file -CapturePath $capture -Force
    }
    It 'names what is missing' {
        $file = [IO.Path]::Combine($TestDrive, 'missing.html')
        (Get-ErrorOf { New-NetMonitorReport $file -CapturePath ([IO.Path]::Combine($TestDrive, 'no.pcap')) }).FullyQualifiedErrorId | Should -BeLike 'CaptureFileNotFound,*'
        (Get-ErrorOf { New-NetMonitorReport $file -Monitor nobody }).FullyQualifiedErrorId | Should -BeLike 'NetMonitorNotFound,*'
        (Get-ErrorOf { New-NetMonitorReport $file }).FullyQualifiedErrorId | Should -BeLike 'NetMonitorNotFound,*'
        [IO.File]::Exists($file) | Should -BeFalse
    }
    It 'tells of damage and reports what came before it' {
        $damaged = [IO.Path]::Combine($TestDrive, 'damaged.pcap')
        New-CaptureFile $damaged -CutLastBytes 3
        $file = [IO.Path]::Combine($TestDrive, 'damaged.html')
        (Get-ErrorOf { New-NetMonitorReport $file -CapturePath $damaged }).FullyQualifiedErrorId | Should -BeLike 'CaptureFileDamaged,*'
        (Get-ReportData $file).GetProperty('totals').GetProperty('connections').GetInt32() | Should -BeGreaterThan 1
    }
    It 'does nothing with -WhatIf' {
        $file = [IO.Path]::Combine($TestDrive, 'whatif.html')
        New-NetMonitorReport $file -CapturePath $capture -WhatIf
        [IO.File]::Exists($file) | Should -BeFalse
    }
}
