Describe 'Get-NetMonitorCapability' {
    BeforeAll {
        . ([IO.Path]::Combine($PSScriptRoot, 'Module.ps1'))
        $all = @(Get-NetMonitorCapability)
    }

    It 'says of each ability whether it works and how, or what is in the way' {
        $all.Name | Should -Contain 'LiveCapture'
        $all.Name | Should -Contain 'SocketTable'
        $all | ForEach-Object { $_.Detail | Should -Not -BeNullOrEmpty -Because $_.Name }
    }
    It 'agrees with Start-NetMonitor about capture' {
        $session = Start-NetMonitor lo -Name capability -PassThru
        $session.IsSocketsOnly | Should -Be (@($all | Where-Object { $_.Name -in 'LiveCapture', 'Dumpcap' -and $_.IsAvailable }).Count -eq 0)
        Stop-NetMonitor capability
    }
    It 'finds by wildcard' { Get-NetMonitorCapability Live* | Should -HaveCount 1 }
    It 'reports a name there is none of, and lists those there are' {
        $failure = Get-ErrorOf { Get-NetMonitorCapability Telepathy }
        $failure.FullyQualifiedErrorId | Should -BeLike 'NetMonitorCapabilityNotFound,*'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*LiveCapture*'
    }
}
