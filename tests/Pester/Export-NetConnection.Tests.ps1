Describe 'Export-NetConnection' {
    BeforeAll {
        . ([IO.Path]::Combine($PSScriptRoot, 'Module.ps1'))
        $capture = [IO.Path]::Combine($TestDrive, 'some.pcap')
        New-CaptureFile $capture
        $connections = @(Import-NetCapture $capture)
    }
    AfterAll { Stop-NetMonitor }

    It 'writes what comes down the pipeline, in the format the name tells' {
        $file = [IO.Path]::Combine($TestDrive, 'a.ndjson')
        $connections | Export-NetConnection $file
        $lines = [IO.File]::ReadAllLines($file)
        $lines | Should -HaveCount 3
        $first = [Text.Json.JsonDocument]::Parse($lines[0]).RootElement
        $first.GetProperty('destination').GetProperty('port').GetInt32() | Should -Be 7001
        $first.GetProperty('netmonitor').GetProperty('id').GetString() | Should -Be $connections[0].Id
    }
    It 'writes <Format>' -ForEach @(
        @{ Format = 'Csv'; Name = 'a.csv' }
        @{ Format = 'Parquet'; Name = 'a.parquet' }
        @{ Format = 'RustNet'; Name = 'a.rustnet' }
    ) {
        $file = [IO.Path]::Combine($TestDrive, $Name)
        $written = $connections | Export-NetConnection $file -Format $Format -PassThru
        $written.FullName | Should -Be $file
        $written.Length | Should -BeGreaterThan 100
    }
    It 'writes a folder of Zeek logs' {
        $folder = [IO.Path]::Combine($TestDrive, 'zeek')
        ($connections | Export-NetConnection $folder -Format Zeek -PassThru).Name | Should -Be 'zeek'
        @([IO.File]::ReadAllLines([IO.Path]::Combine($folder, 'conn.log')) | Where-Object { $_ -notlike '#*' }) | Should -HaveCount 3
    }
    It 'says that there is neither input nor a monitor, and writes nothing' {
        Stop-NetMonitor
        $file = [IO.Path]::Combine($TestDrive, 'nothing.csv')
        (Get-ErrorOf { Export-NetConnection $file }).FullyQualifiedErrorId | Should -BeLike 'NetMonitorNotFound,*'
        [IO.File]::Exists($file) | Should -BeFalse
    }
    It 'takes the running monitors without input' {
        $monitor = Start-NetMonitor -Path $capture -PassThru
        $null = $monitor.WaitForCompletion([timespan]::FromSeconds(10))
        $file = [IO.Path]::Combine($TestDrive, 'live.csv')
        Export-NetConnection $file
        [IO.File]::ReadAllLines($file) | Should -HaveCount 4
    }
    It 'does not replace a file unless forced' {
        $file = [IO.Path]::Combine($TestDrive, 'twice.csv')
        $connections | Export-NetConnection $file
        $failure = Get-ErrorOf { $connections | Export-NetConnection $file }
        $failure.FullyQualifiedErrorId | Should -BeLike 'ExportFileExists,*'
        $failure.CategoryInfo.Category | Should -Be 'ResourceExists'
        $connections[0] | Export-NetConnection $file -Force
        [IO.File]::ReadAllLines($file) | Should -HaveCount 2
    }
    It 'says which name tells no format' {
        (Get-ErrorOf { $connections | Export-NetConnection ([IO.Path]::Combine($TestDrive, 'a.txt')) }).FullyQualifiedErrorId | Should -BeLike 'ExportFormatUnknown,*'
    }
    It 'does nothing with -WhatIf' {
        $file = [IO.Path]::Combine($TestDrive, 'whatif.csv')
        $connections | Export-NetConnection $file -WhatIf
        [IO.File]::Exists($file) | Should -BeFalse
    }
    It 'logs events of a monitor' {
        $log = [IO.Path]::Combine($TestDrive, 'events.jsonl')
        $monitor = Start-NetMonitor -Path $capture -EventLog $log -PassThru
        $null = $monitor.WaitForCompletion([timespan]::FromSeconds(10))
        $monitor | Stop-NetMonitor
        $actions = [IO.File]::ReadAllLines($log) | ForEach-Object { [Text.Json.JsonDocument]::Parse($_).RootElement.GetProperty('event').GetProperty('action').GetString() }
        @($actions | Where-Object { $_ -eq 'opened' }) | Should -HaveCount 3
        @($actions | Where-Object { $_ -eq 'closed' }) | Should -HaveCount 3
    }
}
