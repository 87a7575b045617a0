Describe 'Import-NetCapture -Filter and -AsJob' {
    BeforeAll {
        . ([IO.Path]::Combine($PSScriptRoot, 'Module.ps1'))
        $chosen = [IO.Path]::Combine($TestDrive, 'chosen.pcap')
        New-CaptureFile $chosen
    }
    It 'writes what the filter keeps' {
        (Import-NetCapture $chosen -Filter 'dport:=7002 or dport:=7003').RemotePort | Should -Be 7002, 7003
    }
    It 'refuses a filter with a mistake before it reads' {
        (Get-ErrorOf { Import-NetCapture $chosen -Filter 'foo:bar' }).FullyQualifiedErrorId | Should -BeLike 'InvalidFilter,*'
    }
    It 'reads in a job' {
        $job = Import-NetCapture $chosen -Filter 'dport>7001' -AsJob
        $job.Finished.WaitOne(20000) | Should -BeTrue
        $job.PSJobTypeName | Should -Be 'NetMonitorJob'
        @(Receive-Job $job) | Should -HaveCount 2
        Remove-Job $job
    }
}

Describe 'Import-NetCapture' {
    BeforeAll {
        . ([IO.Path]::Combine($PSScriptRoot, 'Module.ps1'))
        $whole = [IO.Path]::Combine($TestDrive, 'whole.pcap')
        $cut = [IO.Path]::Combine($TestDrive, 'cut.pcap')
        $brackets = [IO.Path]::Combine($TestDrive, 'a[1].pcap')
        New-CaptureFile $whole
        New-CaptureFile $cut -CutLastBytes 5
        New-CaptureFile $brackets -Port 7009
    }

    It 'writes the connections of a file' {
        $rows = @(Import-NetCapture $whole)
        $rows | ForEach-Object RemotePort | Should -Be 7001, 7002, 7003
        $rows[0].LocalAddress | Should -Be '10.0.0.2'
        $rows[0].BytesSent | Should -Be 32
    }
    It 'takes wildcards' { Import-NetCapture ([IO.Path]::Combine($TestDrive, 'wh*.pcap')) | Should -HaveCount 3 }
    It 'takes a literal path with brackets' { (Import-NetCapture -LiteralPath $brackets).RemotePort | Should -Be 7009 }
    It 'takes a path as completion writes it, with backticks' {
        (Import-NetCapture ($brackets -replace '([\[\]])', '`$1')).RemotePort | Should -Be 7009
    }
    It 'takes files from the pipeline' { [IO.FileInfo]$brackets | Import-NetCapture | Should -HaveCount 1 }
    It 'takes paths from the pipeline' { $whole, $whole | Import-NetCapture | Should -HaveCount 6 }
    It 'turns the ends round when told who is local' {
        (Import-NetCapture -LiteralPath $brackets -LocalAddress 192.0.2.7).RemotePort | Should -Be 49152
        (Import-NetCapture -LiteralPath $brackets -LocalNetwork 192.0.2.9/24).RemotePort | Should -Be 49152
    }
    It 'gives what came before the damage, then one error with the offset' {
        $output = @(Import-NetCapture $cut 2>&1)
        $output | Should -HaveCount 3
        $output[0].RemotePort | Should -Be 7001
        $output[2].FullyQualifiedErrorId | Should -BeLike 'CaptureFileDamaged,*'
        $output[2].CategoryInfo.Category | Should -Be 'InvalidData'
        $output[2].Exception.Offset | Should -BeGreaterThan 0
    }
    It 'goes on with the next file after one that is no capture' {
        $output = @(Import-NetCapture -LiteralPath $PSCommandPath, $whole 2>&1)
        $output | Should -HaveCount 4
        $output[0].FullyQualifiedErrorId | Should -BeLike 'NotACaptureFile,*'
    }
    It 'reports a file that is not there' {
        (Get-ErrorOf { Import-NetCapture ([IO.Path]::Combine($TestDrive, 'missing.pcap')) }).FullyQualifiedErrorId | Should -BeLike 'CaptureFileNotFound,*'
        (Get-ErrorOf { Import-NetCapture ([IO.Path]::Combine($TestDrive, 'missing*')) }).FullyQualifiedErrorId | Should -BeLike 'CaptureFileNotFound,*'
    }
    It 'reads several files as one' {
        $other = [IO.Path]::Combine($TestDrive, 'other.pcap')
        New-CaptureFile $other -Port 7001, 7005
        $rows = @(Import-NetCapture $whole, $other -Merge)
        $rows | ForEach-Object RemotePort | Should -Be 7001, 7002, 7003, 7005
        $rows[0].PacketsSent | Should -Be 2
        $whole, $other | Import-NetCapture -Merge | Should -HaveCount 4
    }
    It 'reports each damaged file of several' {
        $output = @(Import-NetCapture $cut, $cut, $whole -Merge 2>&1)
        $output | Should -HaveCount 5
        $output[3].FullyQualifiedErrorId | Should -BeLike 'CaptureFileDamaged,*'
    }
    It 'takes a filter of libpcap' {
        (Import-NetCapture $whole -CaptureFilter 'udp dst port 7002').RemotePort | Should -Be 7002
        (Get-ErrorOf { Import-NetCapture $whole -CaptureFilter 'no such words' }).FullyQualifiedErrorId | Should -BeLike 'InvalidCaptureFilter,*'
    }
    It 'names the requests inside of TLS with a key log' {
        $fixtures = [IO.Path]::Combine($PSScriptRoot, '..', 'NetMonitor.Engine.Tests', 'Monitoring', 'fixtures')
        $rows = @(Import-NetCapture ([IO.Path]::Combine($fixtures, 'curl-tls.pcap.gz')) -KeyLog ([IO.Path]::Combine($fixtures, 'curl-tls.keys')))
        $rows | ForEach-Object { $_.Details.Path } | Should -Contain '/three/gcm128'
        $rows | ForEach-Object { $_.Details.Path } | Should -Contain '/three/h2-second'
        $rows | ForEach-Object Application | ForEach-Object { $_ | Should -Be 'HTTPS' }
        $rows[0].Sni | Should -Be 'localhost'
    }
    It 'reports a key log that is not there' {
        (Get-ErrorOf { Import-NetCapture $whole -KeyLog ([IO.Path]::Combine($TestDrive, 'missing.keys')) }).FullyQualifiedErrorId | Should -BeLike 'CaptureFileNotFound,*'
    }
    It 'leaves no monitor behind' {
        $null = Import-NetCapture $whole
        Get-NetMonitor | Should -BeNullOrEmpty
    }
}
