# The module's assemblies live in a load context of their own (src/NetMonitor.Loader), so that another module may bring another version of the
# same library. LoadFile gives the loader itself a context of its own too: two versions of NetMonitor can be in one process.
$loaderPath = [System.IO.Path]::Combine($PSScriptRoot, 'bin', 'NetMonitor.Loader.dll')
if (-not [System.IO.File]::Exists($loaderPath)) {
    throw "NetMonitor is not built here ('$loaderPath' is missing). Run './build.sh Build' and import out/module/NetMonitor."
}

$loader = [System.Reflection.Assembly]::LoadFile($loaderPath)
$import = $loader.GetType('NetMonitor.Loader.ModuleImport')::Begin([System.IO.Path]::Combine($PSScriptRoot, 'bin', 'deps', 'NetMonitor.Cmdlets.dll'))
$cmdlets = Import-Module -Assembly $import.Cmdlets -PassThru

# A second import finds the assembly in PowerShell's cache and then forgets to export its cmdlets (PowerShell issue 20710): export them by hand.
$export = [psmoduleinfo].GetMethod('AddExportedCmdlet', [System.Reflection.BindingFlags]'Instance, NonPublic')
foreach ($cmdlet in $cmdlets.ExportedCmdlets.Values) {
    $null = $export.Invoke($ExecutionContext.SessionState.Module, @(, $cmdlet))
}

# The last import to end, by Remove-Module or with its runspace, stops every monitor.
$end = [System.Management.Automation.PSEventReceivedEventHandler]{ $import.Dispose() }
$exiting = $ExecutionContext.Events.SubscribeEvent($null, $null, 'PowerShell.Exiting', $null, $end, $true, $false)
$ExecutionContext.SessionState.Module.OnRemove = {
    $ExecutionContext.Events.UnsubscribeEvent($exiting)
    $import.Dispose()
}
