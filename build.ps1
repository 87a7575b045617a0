<#
.SYNOPSIS
    Every task of the project.
.DESCRIPTION
    build.ps1 TASK [ARGS…]. Each task is quiet when there is nothing to do, and makes first what it needs.

    Build    Compiles the module (Release, ahead of time for this platform) into out/module/NetMonitor.
    Watch    Shows the machine's connections: Watch-NetConnection with the arguments given. With no terminal it prints the connections seen.
    Shell    A PowerShell with the module imported. -Command TEXT runs a text, -File PATH ARGS… a script, nothing gives a prompt.
    Test     Runs every test, or with -Name PATTERN those whose full name contains it (* stands for anything). Ends with one line, "N passed, N failed".
    Accuracy Compares the engine with captures of known content (NETMONITOR_CORPUS, or shared/corpus/dev beside the repository): by field what is found and
             wrong, beside the peers. Ends with 1 below a floor. Every disagreement: out/corpus-disagreements.tsv.
    Fuzz     Throws hostile bytes at every parser for [-Minutes N] (1). Ends with 1 when something breaks; out/fuzz has the input.
    Bench    Runs bench/NetMonitor.Bench with the arguments given.
    Charts   Fetches the chart libraries of the report from npm, in the versions that charts.json names; says what changed there. Needs npm.
    Registries  Makes the compacted registries of names and places anew from the npm packages that docs/names.md lists. Needs npm.
    Pictures Makes docs/pictures anew: runs the view in tmux on the loopback interface with traffic of its own, and pictures each page. Needs root and tmux.
    Pack     Makes out/NetMonitor/VERSION, portable, ready for PSModulePath, and out/NetMonitor.VERSION.nupkg, ready for a gallery.
    Install  Copies the module, compiled for this machine, into the user's module path.
    Clean    Removes everything that was built.

    It runs in PowerShell 7.6 and in the project's own shell, which has the cmdlets of Microsoft.PowerShell.Core only. So the script keeps to
    the language, .NET and native commands.
.EXAMPLE
    ./build.sh Shell -Command 'Get-NetMonitorInterface'
.EXAMPLE
    ./build.ps1 Test -Name Tls
#>
param([string] $Task)

Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

$Root = $PSScriptRoot
$Out = [IO.Path]::Combine($Root, 'out')
$ModuleFolder = [IO.Path]::Combine($Out, 'module', 'NetMonitor')
$ModuleFiles = 'NetMonitor.psd1', 'NetMonitor.psm1', 'NetMonitor.Format.ps1xml', 'NetMonitor.Types.ps1xml', 'LICENSE'
$ExitUsage = 64         # sysexits.h EX_USAGE
$ExitUnavailable = 69   # sysexits.h EX_UNAVAILABLE

$env:DOTNET_NOLOGO = '1'
$env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'

#region Native commands

# Runs a command on this terminal and gives its exit code. Through Process: its input and output stay the terminal's, whatever host this is.
function Invoke-Native([string] $File, [string[]] $Arguments) {
    $start = [Diagnostics.ProcessStartInfo]::new($File, $Arguments)
    $start.UseShellExecute = $false
    $process = [Diagnostics.Process]::Start($start)
    try {
        $process.WaitForExit()
        return $process.ExitCode
    }
    finally {
        $process.Dispose()
    }
}

# Runs dotnet and shows what it said only when it failed.
function Invoke-Dotnet {
    $lines = & dotnet @args 2>&1
    if ($LASTEXITCODE -ne 0) {
        foreach ($line in $lines) { [Console]::Error.WriteLine($line) }
        throw "'dotnet $args' failed with exit code $LASTEXITCODE."
    }
}

# Runs a PowerShell like this one: pwsh, or our shell. The module is found by both, through PSModulePath and NETMONITOR_MODULE.
function Invoke-Shell([string[]] $Arguments, [switch] $NoModule) {
    $shell = [Environment]::ProcessPath
    $isPwsh = [IO.Path]::GetFileNameWithoutExtension($shell) -eq 'pwsh'
    $env:NETMONITOR_MODULE = [IO.Path]::Combine($ModuleFolder, 'NetMonitor.psd1')
    if (-not $isPwsh) {
        return Invoke-Native $shell $(if ($NoModule) { @('-NoModule') + $Arguments } else { $Arguments })
    }

    $modules = [IO.Path]::GetDirectoryName($ModuleFolder)
    $env:PSModulePath = $modules + [IO.Path]::PathSeparator + $env:PSModulePath
    $import = 'Import-Module $env:NETMONITOR_MODULE; '
    $arguments = switch ($Arguments) {
        { $NoModule } { $Arguments; break }
        { $Arguments.Count -eq 0 } { '-NoExit', '-Command', $import; break }
        { $Arguments[0] -eq '-Command' } { '-Command', ($import + ($Arguments[1..($Arguments.Count - 1)] -join ' ')); break }
        default { $Arguments }      # a script finds the module through PSModulePath
    }
    return Invoke-Native $shell (@('-NoLogo', '-NoProfile') + $arguments)
}

#endregion
#region Up to date?

# Two builds at once would write the same files. On Unix this is the lock that flock(1) in build.sh takes.
function Enter-BuildLock {
    $null = [IO.Directory]::CreateDirectory($Out)
    while ($true) {
        try {
            return [IO.FileStream]::new([IO.Path]::Combine($Out, '.lock'), [IO.FileMode]::OpenOrCreate, [IO.FileAccess]::ReadWrite, [IO.FileShare]::None)
        }
        catch [IO.IOException] {
            [Threading.Thread]::Sleep(100)
        }
    }
}

# A folder and everything in it that the build reads: not what it writes.
function Get-Source([string] $Folder) {
    [IO.DirectoryInfo]::new($Folder)
    foreach ($entry in [IO.DirectoryInfo]::new($Folder).EnumerateFileSystemInfos()) {
        if ($entry.Name -in 'bin', 'obj' -or $entry.Name -like 'packages*.lock.json') { continue }
        if ($entry -is [IO.DirectoryInfo]) { Get-Source $entry.FullName } else { $entry }
    }
}

# Files are compared with the start of the last build, so an edit made while it ran counts; folders with its end, since building touches them.
function Test-ModuleCurrent {
    $started = [IO.File]::GetLastWriteTimeUtc([IO.Path]::Combine($ModuleFolder, '.started'))
    $finished = [IO.File]::GetLastWriteTimeUtc([IO.Path]::Combine($ModuleFolder, '.finished'))
    $files = @($ModuleFiles) + 'Directory.Build.props', 'Directory.Packages.props'
    $docs = [IO.Path]::Combine($Root, 'docs')
    $files += @([IO.Directory]::GetFiles($docs, '*-*.md')) + [IO.Path]::Combine($docs, 'filter.md') + [IO.Path]::Combine($docs, 'help.ps1') # what Get-Help shows
    foreach ($file in $files) {
        if ([IO.File]::GetLastWriteTimeUtc([IO.Path]::Combine($Root, $file)) -gt $started) { return $false }
    }
    foreach ($project in 'Engine', 'View', 'Cmdlets', 'Loader') {
        foreach ($entry in Get-Source ([IO.Path]::Combine($Root, 'src', "NetMonitor.$project"))) {
            if ($entry.LastWriteTimeUtc -gt $(if ($entry -is [IO.DirectoryInfo]) { $finished } else { $started })) { return $false }
        }
    }
    return [IO.File]::Exists([IO.Path]::Combine($ModuleFolder, '.finished'))
}

#endregion
#region Build

function Copy-Folder([string] $From, [string] $To) {
    $null = [IO.Directory]::CreateDirectory($To)
    foreach ($entry in [IO.DirectoryInfo]::new($From).EnumerateFileSystemInfos()) {
        if ($entry.Name -in '.started', '.finished') { continue }
        $target = [IO.Path]::Combine($To, $entry.Name)
        if ($entry -is [IO.DirectoryInfo]) { Copy-Folder $entry.FullName $target } else { $null = $entry.CopyTo($target, $true) }
    }
}

# A folder that is complete takes the place of another in two renames. Files are never written over: a shell may have them mapped.
function Switch-Folder([string] $Fresh, [string] $Target) {
    $null = [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($Target))
    if ([IO.Directory]::Exists($Target)) {
        $old = "$Target.old"
        if ([IO.Directory]::Exists($old)) { [IO.Directory]::Delete($old, $true) }
        [IO.Directory]::Move($Target, $old)
        [IO.Directory]::Move($Fresh, $Target)
        [IO.Directory]::Delete($old, $true)
        return
    }
    [IO.Directory]::Move($Fresh, $Target)
}

function Remove-Folder([string] $Folder) {
    if ([IO.Directory]::Exists($Folder)) { [IO.Directory]::Delete($Folder, $true) }
}

function Get-Platform {
    return "$(& dotnet msbuild ([IO.Path]::Combine($Root, 'src', 'NetMonitor.Engine')) -getProperty:NETCoreSdkPortableRuntimeIdentifier)".Trim()
}

# What is built here runs here: compiled ahead of time for this machine's platform, so that nothing waits for the compiler, and still with the IL that the
# runtime optimizes hot code from. -Portable leaves that out.
function Build-Module([switch] $Portable) {
    if ($Portable) {
        $script:ModuleFolder = [IO.Path]::Combine($Out, 'portable', 'NetMonitor')
    }
    if (Test-ModuleCurrent) { return }
    $lock = Enter-BuildLock
    try {
        if (Test-ModuleCurrent) { return }
        [Console]::Error.WriteLine('build: compiling the module')
        $fresh = "$ModuleFolder.new"
        Remove-Folder $fresh
        $deps = [IO.Path]::Combine($fresh, 'bin', 'deps')
        $null = [IO.Directory]::CreateDirectory($deps)
        [IO.File]::WriteAllText([IO.Path]::Combine($fresh, '.started'), '')

        $src = [IO.Path]::Combine($Root, 'src')
        $quiet = '-c', 'Release', '-v', 'q'
        $native = @(if (-not $Portable) { '-r', (Get-Platform), '--self-contained', 'false', '-p:PublishReadyToRun=true' })
        Invoke-Dotnet publish ([IO.Path]::Combine($src, 'NetMonitor.Cmdlets')) @quiet @native -o $deps
        $loader = [IO.Path]::Combine($fresh, 'loader')
        Invoke-Dotnet publish ([IO.Path]::Combine($src, 'NetMonitor.Loader')) @quiet -o $loader
        [IO.File]::Move([IO.Path]::Combine($loader, 'NetMonitor.Loader.dll'), [IO.Path]::Combine($fresh, 'bin', 'NetMonitor.Loader.dll'))
        [IO.Directory]::Delete($loader, $true)

        # What only compilers and hosts read, and what PowerShell itself brings.
        foreach ($file in [IO.Directory]::GetFiles($deps)) {
            if ($file -like '*.xml' -or $file -like '*.runtimeconfig.json' -or [IO.Path]::GetFileName($file) -eq 'System.Management.Automation.dll') {
                [IO.File]::Delete($file)
            }
        }
        foreach ($file in $ModuleFiles) {
            [IO.File]::Copy([IO.Path]::Combine($Root, $file), [IO.Path]::Combine($fresh, $file))
        }
        & ([IO.Path]::Combine($Root, 'docs', 'help.ps1')) -Module $fresh

        [IO.File]::WriteAllText([IO.Path]::Combine($fresh, '.finished'), '')
        Switch-Folder $fresh $ModuleFolder
    }
    finally {
        $lock.Dispose()
    }
}

#endregion
#region Test

# Builds what is below tests/ and gives the test projects. The others are fixtures of the Pester files.
function Build-TestProject {
    $lock = Enter-BuildLock
    try {
        $projects = [IO.Directory]::GetFiles([IO.Path]::Combine($Root, 'tests'), '*.csproj', [IO.SearchOption]::AllDirectories)
        foreach ($project in $projects) {
            Invoke-Dotnet build $project -c Release -v q
            if ($project -like '*.Tests.csproj') { $project }
        }
    }
    finally {
        $lock.Dispose()
    }
}

# The counts of a test project from the results file it wrote. A run that ended badly without naming a failed test counts as one failure.
function Invoke-TestProject([string] $Project, [string] $Pattern, [string] $Results) {
    $name = [IO.Path]::GetFileNameWithoutExtension($Project)
    $trx = [IO.Path]::Combine($Results, "$name.trx")
    $arguments = @('test', $Project, '-c', 'Release', '--no-build', '--nologo', '-v', 'q', '--results-directory', $Results, '--logger', "trx;LogFileName=$name.trx",
        '--logger', 'console;verbosity=minimal')
    if ($Pattern) {
        $arguments += '--filter', (($Pattern.Split('*', [StringSplitOptions]::RemoveEmptyEntries) | ForEach-Object { "FullyQualifiedName~$_" }) -join '&')
    }
    $exitCode = Invoke-Native 'dotnet' $arguments

    $count = @{ Passed = 0; Failed = 0; Skipped = 0 }
    if ([IO.File]::Exists($trx)) {
        $counters = ([xml][IO.File]::ReadAllText($trx)).TestRun.ResultSummary.Counters
        $count.Passed = [int]$counters.passed
        $count.Failed = [int]$counters.failed
        $count.Skipped = [int]$counters.total - $count.Passed - $count.Failed
    }
    if ($exitCode -ne 0 -and $count.Failed -eq 0) {
        [Console]::Error.WriteLine("test: '$name' ended with exit code $exitCode.")
        $count.Failed = 1
    }
    return $count
}

function Invoke-PesterFile([string] $Pattern, [string] $Results) {
    $file = [IO.Path]::Combine($Results, 'pester.json')
    $runner = [IO.Path]::Combine($Root, 'tests', 'PesterRunner', 'Invoke-PesterFile.ps1')
    $exitCode = Invoke-Shell @('-File', $runner, [IO.Path]::Combine($Root, 'tests', 'Pester'), $file, $Pattern) -NoModule

    $count = @{ Passed = 0; Failed = 0; Skipped = 0 }
    if ([IO.File]::Exists($file)) {
        $json = [Text.Json.JsonDocument]::Parse([IO.File]::ReadAllText($file)).RootElement
        foreach ($key in @($count.Keys)) { $count[$key] = $json.GetProperty($key).GetInt32() }
    }
    if ($exitCode -ne 0 -and $count.Failed -eq 0) {
        [Console]::Error.WriteLine("test: the Pester files ended with exit code $exitCode.")
        $count.Failed = 1
    }
    return $count
}

function Invoke-Test([string[]] $Arguments) {
    $pattern = ''
    if ($Arguments.Count -gt 0) {
        if ($Arguments.Count -ne 2 -or $Arguments[0] -ne '-Name') {
            [Console]::Error.WriteLine('usage: Test [-Name PATTERN]')
            return $ExitUsage
        }
        $pattern = $Arguments[1]
    }

    Build-Module
    $projects = @(Build-TestProject)
    $results = [IO.Path]::Combine($Out, 'test-results')
    Remove-Folder $results
    $null = [IO.Directory]::CreateDirectory($results)

    $counts = @(
        foreach ($project in $projects) { Invoke-TestProject $project $pattern $results }
        Invoke-PesterFile $pattern $results
    )
    $sum = @{ Passed = 0; Failed = 0; Skipped = 0 }
    foreach ($count in $counts) {
        foreach ($key in $count.Keys) { $sum[$key] += $count[$key] }
    }
    [Console]::WriteLine("$($sum.Passed) passed, $($sum.Failed) failed$(if ($sum.Skipped) { ", $($sum.Skipped) skipped" })")
    return $(if ($sum.Failed -gt 0 -or $sum.Passed -eq 0) { 1 } else { 0 })
}

# The report is written by the test that holds the floors; a machine without a corpus skips it.
function Invoke-Accuracy([string[]] $Arguments) {
    if ($Arguments.Count -gt 0) {
        [Console]::Error.WriteLine('usage: Accuracy')
        return $ExitUsage
    }
    $project = [IO.Path]::Combine($Root, 'tests', 'NetMonitor.Engine.Tests', 'NetMonitor.Engine.Tests.csproj')
    $lock = Enter-BuildLock
    try { Invoke-Dotnet build $project -c Release -v q } finally { $lock.Dispose() }

    $report = [IO.Path]::Combine($Out, 'accuracy.md')
    $tcpReport = [IO.Path]::Combine($Out, 'tcp-agreement.md')
    [IO.File]::Delete($report)
    [IO.File]::Delete($tcpReport)
    $filter = 'FullyQualifiedName~NetMonitor.Tests.Corpus.CorpusTests|FullyQualifiedName~NetMonitor.Tests.Corpus.TcpAgreementTests'
    $lines = & dotnet test $project -c Release --no-build --nologo -v q --filter $filter 2>&1
    $exitCode = $LASTEXITCODE
    if ([IO.File]::Exists($report)) {
        [Console]::Write([IO.File]::ReadAllText($report))
        [Console]::WriteLine("`
Every disagreement: $([IO.Path]::Combine($Out, 'corpus-disagreements.tsv'))")
        if ([IO.File]::Exists($tcpReport)) {
            [Console]::Write("`
$([IO.File]::ReadAllText($tcpReport))`
Every disagreement: $([IO.Path]::Combine($Out, 'tcp-disagreements.tsv'))`
")
        }
        else { [Console]::WriteLine("`
TCP numbers are not compared: tshark is not installed.") }
    }
    elseif ($exitCode -eq 0) {
        [Console]::Error.WriteLine('accuracy: there is no corpus. Set NETMONITOR_CORPUS, or place shared/corpus/dev beside the repository.')
        return $ExitUnavailable
    }
    if ($exitCode -ne 0) {
        foreach ($line in $lines) { [Console]::Error.WriteLine($line) }
    }
    return $exitCode
}

# The conversations that the tests of the protocols hold are the seeds: a protocol with a test is fuzzed.
function Invoke-Fuzz([string[]] $Arguments) {
    $lock = Enter-BuildLock
    try {
        foreach ($name in 'NetMonitor.Engine.Tests', 'Fuzz') { Invoke-Dotnet build ([IO.Path]::Combine($Root, 'tests', $name)) -c Release -v q }
    }
    finally {
        $lock.Dispose()
    }

    $fuzz = [IO.Path]::Combine($Out, 'fuzz')
    $env:NETMONITOR_SEEDS = [IO.Path]::Combine($fuzz, 'seeds')
    Remove-Folder $env:NETMONITOR_SEEDS
    $tests = [IO.Path]::Combine($Root, 'tests', 'NetMonitor.Engine.Tests')
    try {
        # Recording costs garbage: those that count it are left to Test.
        $filter = 'FullyQualifiedName~NetMonitor.Tests.Inspection&Counts!=Garbage'
        $recorded = Invoke-Native 'dotnet' @('test', $tests, '-c', 'Release', '--no-build', '--nologo', '-v', 'q', '--filter', $filter)
    }
    finally {
        $env:NETMONITOR_SEEDS = $null
    }
    $program = [IO.Path]::Combine($Root, 'tests', 'Fuzz', 'bin', 'Release', 'net10.0', 'NetMonitor.Fuzz.dll')
    $fuzzed = Invoke-Native 'dotnet' (@($program, '-Folder', $fuzz) + $Arguments)
    return [Math]::Max($recorded, $fuzzed)
}

#endregion
#region Pictures

# Real frames: the view runs in a terminal (tmux) of each size, keys are typed, and what the terminal shows becomes a picture.
function Invoke-Pictures {
    Build-Module
    $bench = [IO.Path]::Combine($Root, 'bench', 'NetMonitor.Bench')
    $lock = Enter-BuildLock
    try { Invoke-Dotnet build $bench -c Release -v q } finally { $lock.Dispose() }
    $program = [IO.Path]::Combine($bench, 'bin', 'Release', 'net10.0', 'NetMonitor.Bench.dll')
    $pictures = [IO.Directory]::CreateDirectory([IO.Path]::Combine($Root, 'docs', 'pictures')).FullName
    $screen = [IO.Path]::Combine($Out, 'screen.txt')
    $pages = [ordered]@{ overview = '1', 's', 's', 's', 's', 's', 's', 's', 's'; details = @('2'); activity = @('3'); graph = @('4'); interfaces = @('5'); help = @('6'); filter = '1', '/', 'rtt>0' }
    $traffic = [Diagnostics.Process]::Start('dotnet', [string[]]@($program, 'traffic', '300'))
    try {
        foreach ($size in '160x45', '100x30', '80x24') {
            $columns, $lines = $size.Split('x')
            $run = "COLORTERM=truecolor '$([IO.Path]::Combine($Root, 'build.sh'))' Watch -Interface lo"
            & tmux -L "netmonitor-$size" -f /dev/null new-session -d -s view -x $columns -y $lines $run
            [Threading.Thread]::Sleep(20000)        # the shell, the module, and some seconds of traffic for the charts
            foreach ($page in $pages.Keys) {
                foreach ($key in $pages[$page]) { & tmux -L "netmonitor-$size" send-keys -t view $key }
                [Threading.Thread]::Sleep(1500)
                [IO.File]::WriteAllLines($screen, [string[]]@(& tmux -L "netmonitor-$size" capture-pane -e -p -t view))
                $svg = & dotnet $program picture $screen $columns "The live view, $page, $size"
                [IO.File]::WriteAllText([IO.Path]::Combine($pictures, "$page-$size.svg"), ($svg -join "`n") + "`n")
            }
            & tmux -L "netmonitor-$size" kill-server
        }
    }
    finally {
        $traffic.Kill()
        $traffic.Dispose()
    }
    return 0
}

#endregion
#region Pack, Install

function Get-Manifest {
    $errors = $null
    $ast = [Management.Automation.Language.Parser]::ParseFile([IO.Path]::Combine($Root, 'NetMonitor.psd1'), [ref]$null, [ref]$errors)
    return $ast.Find({ $args[0] -is [Management.Automation.Language.HashtableAst] }, $false).SafeGetValue()
}

# Copies the module that was built last in the layout PSModulePath wants, NetMonitor/VERSION. Gives that folder.
function Copy-Module([string] $Modules) {
    $folder = [IO.Path]::Combine($Modules, 'NetMonitor', (Get-Manifest).ModuleVersion)
    Remove-Folder "$folder.new"
    Copy-Folder $ModuleFolder "$folder.new"
    Switch-Folder "$folder.new" $folder
    return $folder
}

# The module for every platform, to be given to others.
function New-ModulePackage {
    Build-Module -Portable
    return Copy-Module $Out
}

function Add-ZipText([IO.Compression.ZipArchive] $Zip, [string] $Name, [string] $Text) {
    $entry = $Zip.CreateEntry($Name)
    $entry.LastWriteTime = [DateTimeOffset]::new(2020, 1, 1, 0, 0, 0, [TimeSpan]::Zero)     # the same input gives the same package
    $writer = [IO.StreamWriter]::new($entry.Open(), [Text.UTF8Encoding]::new($false))
    $writer.Write($Text)
    $writer.Dispose()
}

# A package as NuGet galleries take it: a zip after the Open Packaging Conventions (ECMA-376 part 2) with a .nuspec in its root.
function New-GalleryPackage([string] $Folder) {
    $manifest = Get-Manifest
    $version = $manifest.ModuleVersion
    $psData = $manifest.PrivateData.PSData
    $escape = { [Security.SecurityElement]::Escape($args[0]) }
    $tags = @('PSModule') + $psData.Tags + 'PSIncludes_Cmdlet' + @($manifest.CmdletsToExport | ForEach-Object { "PSCmdlet_$_"; "PSCommand_$_" })
    $files = @([IO.Directory]::GetFiles($Folder, '*', [IO.SearchOption]::AllDirectories))
    [Array]::Sort($files, [StringComparer]::Ordinal)
    $package = [IO.Path]::Combine($Out, "NetMonitor.$version.nupkg")
    [IO.File]::Delete($package)

    $zip = [IO.Compression.ZipFile]::Open($package, [IO.Compression.ZipArchiveMode]::Create)
    try {
        Add-ZipText $zip '_rels/.rels' @"
<?xml version="1.0" encoding="utf-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
  <Relationship Type="http://schemas.microsoft.com/packaging/2010/07/manifest" Target="/NetMonitor.nuspec" Id="R0" />
</Relationships>
"@
        Add-ZipText $zip 'NetMonitor.nuspec' @"
<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
  <metadata>
    <id>NetMonitor</id>
    <version>$version</version>
    <authors>$(& $escape $manifest.Author)</authors>
    <owners>$(& $escape $manifest.CompanyName)</owners>
    <requireLicenseAcceptance>false</requireLicenseAcceptance>
    <licenseUrl>$(& $escape $psData.LicenseUri)</licenseUrl>
    <projectUrl>$(& $escape $psData.ProjectUri)</projectUrl>
    <description>$(& $escape $manifest.Description)</description>
    <releaseNotes>$(& $escape $psData.ReleaseNotes)</releaseNotes>
    <copyright>$(& $escape $manifest.Copyright)</copyright>
    <tags>$(& $escape ($tags -join ' '))</tags>
  </metadata>
</package>
"@
        $types = @($files | ForEach-Object { [IO.Path]::GetExtension($_).TrimStart('.') }) + 'nuspec' | ForEach-Object { $_ }
        $types = [Collections.Generic.SortedSet[string]]::new([string[]]@($types | Where-Object { $_ }))
        $defaults = foreach ($type in $types) { "  <Default Extension=`"$type`" ContentType=`"application/octet-stream`" />`n" }
        Add-ZipText $zip '[Content_Types].xml' @"
<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
  <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml" />
$(-join $defaults)  <Override PartName="/LICENSE" ContentType="application/octet-stream" />
</Types>
"@
        foreach ($file in $files) {
            $name = [IO.Path]::GetRelativePath($Folder, $file).Replace('\', '/')
            $null = [IO.Compression.ZipFileExtensions]::CreateEntryFromFile($zip, $file, $name)
        }
    }
    finally {
        $zip.Dispose()
    }
    return $package
}

# The module for this machine.
function Install-Package {
    Build-Module
    $modules = if ($IsWindows) {
        [IO.Path]::Combine([Environment]::GetFolderPath('MyDocuments'), 'PowerShell', 'Modules')
    }
    else {
        $data = if ($env:XDG_DATA_HOME) { $env:XDG_DATA_HOME } else { [IO.Path]::Combine($HOME, '.local', 'share') }
        [IO.Path]::Combine($data, 'powershell', 'Modules')
    }
    return Copy-Module $modules
}

#endregion

function Invoke-Bench([string[]] $Arguments) {
    $project = [IO.Path]::Combine($Root, 'bench', 'NetMonitor.Bench')
    if (-not [IO.Directory]::Exists($project)) {
        [Console]::Error.WriteLine("bench: '$project' is not there.")
        return $ExitUnavailable
    }
    $folder = [IO.Path]::Combine($Out, 'bench', 'program')
    $lock = Enter-BuildLock
    try { Invoke-Dotnet publish $project -c Release -v q -r (Get-Platform) --self-contained false '-p:PublishReadyToRun=true' -o $folder } finally { $lock.Dispose() }
    return Invoke-Native ([IO.Path]::Combine($folder, "NetMonitor.Bench$(if ($IsWindows) { '.exe' })")) $Arguments
}

# The packages are the rows of the table in docs/names.md, so that the page and the files cannot differ.
function Update-Registry {
    $sources = [IO.Path]::Combine($Out, 'registries')
    Remove-Folder $sources
    foreach ($row in [regex]::Matches([IO.File]::ReadAllText([IO.Path]::Combine($Root, 'docs', 'names.md')), '(?m)^\| `[a-z]+\.br` \|.*\| `(?<Package>(?:@[\w-]+/)?(?<Folder>[\w-]+))` (?<Version>[\d.]+) \|')) {
        $folder = [IO.Path]::Combine($sources, $row.Groups['Folder'].Value)
        $null = [IO.Directory]::CreateDirectory($folder)
        $package = "$($row.Groups['Package'].Value)@$($row.Groups['Version'].Value)"
        [Console]::Error.WriteLine("registries: $package")
        $archive = & npm pack --silent --pack-destination $folder $package
        if ($LASTEXITCODE -ne 0) { throw "npm could not get $package." }
        & tar -xzf ([IO.Path]::Combine($folder, "$archive".Trim())) -C $folder --strip-components=1
        if ($LASTEXITCODE -ne 0) { throw "tar could not unpack $package." }
    }
    $target = [IO.Path]::Combine($Root, 'src', 'NetMonitor.Engine', 'Attribution', 'Registries')
    return Invoke-Native 'dotnet' @('run', '-c', 'Release', '--project', [IO.Path]::Combine($Root, 'tools', 'NetMonitor.Registries'), '--', $sources, $target)
}

# To take a newer version: write it into charts.json, run this, look at the page and at what changed.
function Update-Chart {
    $vendor = [IO.Path]::Combine($Root, 'src', 'NetMonitor.Engine', 'Export', 'Report', 'Page', 'vendor')
    $manifest = [IO.Path]::Combine($vendor, 'charts.json')
    $packages = [Text.Json.Nodes.JsonNode]::Parse([IO.File]::ReadAllText($manifest))
    $downloads = [IO.Path]::Combine($Out, 'charts')
    foreach ($package in $packages.AsArray()) {
        $name = "$($package['package'])@$($package['version'])"
        Remove-Folder $downloads
        $null = [IO.Directory]::CreateDirectory($downloads)
        $lines = & npm pack --silent --pack-destination $downloads $name 2>&1
        if ($LASTEXITCODE -ne 0) { throw "'npm pack $name' failed: $lines" }
        $archive = [IO.Compression.GZipStream]::new([IO.File]::OpenRead([IO.Directory]::GetFiles($downloads)[0]), [IO.Compression.CompressionMode]::Decompress)
        try { [Formats.Tar.TarFile]::ExtractToDirectory($archive, $downloads, $true) } finally { $archive.Dispose() }
        foreach ($file in $package['files'].AsArray()) {
            $bytes = [IO.File]::ReadAllBytes([IO.Path]::Combine($downloads, 'package', "$($file['from'])"))
            $hash = [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($bytes)).ToLowerInvariant()
            if ($hash -ne "$($file['sha256'])") { [Console]::WriteLine("$name $($file['name']) is another") }
            $file['sha256'] = $hash
            [IO.File]::WriteAllBytes([IO.Path]::Combine($vendor, "$($file['name'])"), $bytes)
        }
    }
    $indented = [Text.Json.JsonSerializerOptions]::new()
    $indented.WriteIndented = $true
    [IO.File]::WriteAllText($manifest, $packages.ToJsonString($indented) + "`n")
    Remove-Folder $downloads
}

function Clear-Build {
    Remove-Folder $Out
    foreach ($area in 'src', 'tests', 'bench', 'tools') {
        $folder = [IO.Path]::Combine($Root, $area)
        if (-not [IO.Directory]::Exists($folder)) { continue }
        foreach ($project in [IO.Directory]::GetFiles($folder, '*.csproj', [IO.SearchOption]::AllDirectories)) {
            foreach ($name in 'bin', 'obj') { Remove-Folder ([IO.Path]::Combine([IO.Path]::GetDirectoryName($project), $name)) }
        }
    }
}

# PowerShell text that passes the arguments on as they are: names stay names, everything else is quoted.
function ConvertTo-ArgumentText([string[]] $Arguments) {
    ($Arguments | ForEach-Object { if ($_ -match '^-[A-Za-z][A-Za-z0-9]*:?$') { $_ } else { "'" + $_.Replace("'", "''") + "'" } }) -join ' '
}

# Without a terminal nobody can look or press a key: connections are printed instead, for 10 seconds or to the end of the file.
function Add-StreamArgument([string[]] $Arguments) {
    $redirected = [Console]::IsInputRedirected -or [Console]::IsOutputRedirected
    if (-not $redirected -or @($Arguments | Where-Object { $_ -in '-Stream', '-GridView' }).Count -gt 0) { return $Arguments }
    $more = @('-Stream')
    if (@($Arguments | Where-Object { $_ -in '-Duration', '-Path' }).Count -eq 0) { $more += '-Duration', '10' }
    return @($Arguments) + $more
}

$rest = [string[]]@($args)
$tasks = [ordered]@{
    Build   = { Build-Module; 0 }
    Watch   = { Build-Module; Invoke-Shell @('-Command', "Watch-NetConnection $(ConvertTo-ArgumentText (Add-StreamArgument $rest))") }
    Shell   = { Build-Module; Invoke-Shell $rest }
    Test    = { Invoke-Test $rest }
    Accuracy = { Invoke-Accuracy $rest }
    Fuzz    = { Invoke-Fuzz $rest }
    Bench   = { Invoke-Bench $rest }
    Registries = { Update-Registry }
    Pictures = { Invoke-Pictures }
    Charts  = { Update-Chart; 0 }
    Pack    = { $folder = New-ModulePackage; $package = New-GalleryPackage $folder; [Console]::WriteLine("$folder`n$package"); 0 }
    Install = { [Console]::WriteLine((Install-Package)); 0 }
    Clean   = { Clear-Build; 0 }
}
if (-not $tasks.Contains($Task)) {
    [Console]::Error.WriteLine("$(if ($Task) { "There is no task '$Task'. " })Tasks: $($tasks.Keys -join ', '). See the help at the top of build.ps1.")
    exit $ExitUsage
}
try {
    exit (& $tasks[$Task])
}
catch {
    [Console]::Error.WriteLine("build: $_")
    [Console]::Error.WriteLine($_.ScriptStackTrace)
    exit 1
}
