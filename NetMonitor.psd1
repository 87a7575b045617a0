@{
    RootModule           = 'NetMonitor.psm1'
    ModuleVersion        = '0.1.0'
    GUID                 = '5d0b8a6e-3f0c-4c53-9a0e-7c7b1f6f2d41'
    Author               = 'The NetMonitor authors'
    CompanyName          = 'The NetMonitor authors'
    Copyright            = 'Copyright (c) The NetMonitor authors. MIT license.'
    Description          = 'Shows every network connection of a machine live: addresses, state, rates, application protocol and names, from packets or capture files.'
    PowerShellVersion    = '7.6'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('NetMonitor.Format.ps1xml')
    TypesToProcess       = @('NetMonitor.Types.ps1xml')
    CmdletsToExport      = @(
        'Clear-NetMonitor'
        'Export-NetCapture'
        'Export-NetConnection'
        'Get-NetConnectionLive'
        'Get-NetMonitor'
        'Get-NetMonitorCapability'
        'Get-NetMonitorInterface'
        'Get-NetMonitorNeighbor'
        'Get-NetMonitorPolicy'
        'Get-NetMonitorStatistic'
        'Get-NetPacket'
        'Get-NetProcessActivity'
        'Import-NetCapture'
        'Measure-NetConnection'
        'New-NetMonitorReport'
        'Register-NetConnectionEvent'
        'Save-NetCapture'
        'Set-NetMonitorPolicy'
        'Start-NetMonitor'
        'Stop-NetMonitor'
        'Wait-NetConnection'
        'Watch-NetConnection'
    )
    FunctionsToExport    = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
    PrivateData          = @{
        PSData = @{
            Tags         = @('network', 'monitor', 'connections', 'capture', 'pcap', 'pcapng', 'packets', 'tls', 'dns', 'http', 'PSEdition_Core', 'Linux', 'MacOS', 'Windows')
            LicenseUri   = 'https://opensource.org/license/mit'
            ProjectUri   = 'https://www.powershellgallery.com/packages/NetMonitor'
            ReleaseNotes = 'See CHANGELOG.md.'

            # Used when it is there, never required: Get-NetConnectionLive | Out-ConsoleGridView. It is not in ExternalModuleDependencies
            # because galleries treat every name there as a required module.
            OptionalModuleDependencies = @('Microsoft.PowerShell.ConsoleGuiTools')
        }
    }
}
