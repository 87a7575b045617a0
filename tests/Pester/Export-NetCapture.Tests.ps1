Describe 'Export-NetCapture' {
    BeforeAll {
        . ([IO.Path]::Combine($PSScriptRoot, 'Module.ps1'))
        $capture = [IO.Path]::Combine($TestDrive, 'some.pcap')
        New-CaptureFile $capture
    }

    It 'copies a capture with comments' {
        $file = [IO.Path]::Combine($TestDrive, 'copy.pcapng')
        (Export-NetCapture $capture $file -Annotate -PassThru).FullName | Should -Be $file
        Import-NetCapture $file | ForEach-Object Id | Should -Be (Import-NetCapture $capture | ForEach-Object Id)
        [Text.Encoding]::Latin1.GetString([IO.File]::ReadAllBytes($file)) | Should -BeLike '*netmonitor direction=*'
    }
    It 'copies the packets of the connections it is given' {
        $file = [IO.Path]::Combine($TestDrive, 'part.pcap')
        Import-NetCapture $capture | Where-Object RemotePort -EQ 7003 | Export-NetCapture $capture $file
        (Import-NetCapture $file).RemotePort | Should -Be 7003
    }
    It 'replaces a file only when forced' {
        $file = [IO.Path]::Combine($TestDrive, 'copy.pcapng')
        (Get-ErrorOf { Export-NetCapture $capture $file }).FullyQualifiedErrorId | Should -BeLike 'ExportFileExists,*'
        { Export-NetCapture $capture $file -Force } | Should -Not -Throw
    }
    It 'says which file there is none of' {
        (Get-ErrorOf { Export-NetCapture nowhere.pcap ([IO.Path]::Combine($TestDrive, 'y.pcap')) }).FullyQualifiedErrorId | Should -BeLike 'CaptureFileNotFound,*'
    }
}
