namespace NetMonitor.Shell;

/// <summary>
/// The cmdlets of full PowerShell 7.6 that the engine alone does not bring, and what serves instead where there is a short answer. Names:
/// the modules' reference pages at https://learn.microsoft.com/powershell/module/?view=powershell-7.6.
/// </summary>
internal static class MissingCommands
{
    /// <summary>One row per module: its cmdlets, by name.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Modules = new Dictionary<string, string[]>
    {
        ["Microsoft.PowerShell.Utility"] = Words("""
            Add-Member Add-Type Clear-Variable Compare-Object ConvertFrom-CliXml ConvertFrom-Csv ConvertFrom-Json ConvertFrom-Markdown
            ConvertFrom-SddlString ConvertFrom-StringData ConvertTo-CliXml ConvertTo-Csv ConvertTo-Html ConvertTo-Json ConvertTo-Xml
            Debug-Runspace Disable-PSBreakpoint Disable-RunspaceDebug Enable-PSBreakpoint Enable-RunspaceDebug Export-Alias Export-Clixml
            Export-Csv Export-FormatData Export-PSSession Format-Custom Format-Hex Format-List Format-Table Format-Wide Get-Alias
            Get-Culture Get-Date Get-Error Get-Event Get-EventSubscriber Get-FileHash Get-FormatData Get-Host Get-MarkdownOption Get-Member
            Get-PSBreakpoint Get-PSCallStack Get-Random Get-Runspace Get-RunspaceDebug Get-SecureRandom Get-TraceSource Get-TypeData
            Get-UICulture Get-Unique Get-Uptime Get-Variable Get-Verb Group-Object Import-Alias Import-Clixml Import-Csv
            Import-LocalizedData Import-PowerShellDataFile Import-PSSession Invoke-Expression Invoke-RestMethod Invoke-WebRequest Join-String
            Measure-Command Measure-Object New-Alias New-Event New-Guid New-Object New-TemporaryFile New-TimeSpan New-Variable Out-File
            Out-GridView Out-Printer Out-String Read-Host Register-EngineEvent Register-ObjectEvent Remove-Alias Remove-Event
            Remove-PSBreakpoint Remove-TypeData Remove-Variable Select-Object Select-String Select-Xml Send-MailMessage Set-Alias Set-Date
            Set-MarkdownOption Set-PSBreakpoint Set-TraceSource Set-Variable Show-Command Show-Markdown Sort-Object Start-Sleep Tee-Object
            Test-Json Trace-Command Unblock-File Unregister-Event Update-FormatData Update-List Update-TypeData Wait-Debugger Wait-Event
            Write-Debug Write-Error Write-Host Write-Information Write-Output Write-Progress Write-Verbose Write-Warning
            """),
        ["Microsoft.PowerShell.Management"] = Words("""
            Add-Content Clear-Content Clear-Item Clear-ItemProperty Clear-RecycleBin Convert-Path Copy-Item Copy-ItemProperty Debug-Process
            Get-ChildItem Get-Clipboard Get-ComputerInfo Get-Content Get-HotFix Get-Item Get-ItemProperty Get-ItemPropertyValue Get-Location
            Get-Process Get-PSDrive Get-PSProvider Get-Service Get-TimeZone Invoke-Item Join-Path Move-Item Move-ItemProperty New-Item
            New-ItemProperty New-PSDrive New-Service Pop-Location Push-Location Remove-Item Remove-ItemProperty Remove-PSDrive Remove-Service
            Rename-Computer Rename-Item Rename-ItemProperty Resolve-Path Restart-Computer Restart-Service Resume-Service Set-Clipboard
            Set-Content Set-Item Set-ItemProperty Set-Location Set-Service Set-TimeZone Split-Path Start-Process Start-Service Stop-Computer
            Stop-Process Stop-Service Suspend-Service Test-Connection Test-Path Wait-Process
            """),
        ["Microsoft.PowerShell.Security"] = Words("""
            ConvertFrom-SecureString ConvertTo-SecureString Get-Acl Get-AuthenticodeSignature Get-CmsMessage Get-Credential
            Get-ExecutionPolicy Get-PfxCertificate New-FileCatalog Protect-CmsMessage Set-Acl Set-AuthenticodeSignature Set-ExecutionPolicy
            Test-FileCatalog Unprotect-CmsMessage
            """),
        ["Microsoft.PowerShell.Archive"] = Words("Compress-Archive Expand-Archive"),
        ["Microsoft.PowerShell.Host"] = Words("Start-Transcript Stop-Transcript"),
        ["Microsoft.PowerShell.PSResourceGet"] = Words("""
            Compress-PSResource Find-PSResource Get-InstalledPSResource Get-PSResourceRepository Get-PSScriptFileInfo Import-PSGetRepository
            Install-PSResource New-PSScriptFileInfo Publish-PSResource Register-PSResourceRepository Save-PSResource
            Set-PSResourceRepository Test-PSScriptFileInfo Uninstall-PSResource Unregister-PSResourceRepository Update-PSModuleManifest
            Update-PSResource Update-PSScriptFileInfo
            """),
        ["PowerShellGet"] = Words("""
            Find-Command Find-Module Find-Script Get-InstalledModule Get-InstalledScript Install-Module Install-Script Publish-Module
            Register-PSRepository Save-Module Uninstall-Module Update-Module
            """),
        ["PSReadLine"] = Words("Get-PSReadLineKeyHandler Get-PSReadLineOption Set-PSReadLineKeyHandler Set-PSReadLineOption"),
        ["ThreadJob"] = Words("Start-ThreadJob"),
    };

    /// <summary>What does the same here, where one expression does.</summary>
    public static readonly IReadOnlyDictionary<string, string> Instead = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["Add-Content"] = "[IO.File]::AppendAllText(path, text)",
        ["Add-Type"] = "[Reflection.Assembly]::LoadFrom(path)",
        ["Format-List"] = "objects are shown by their type's own view",
        ["Format-Table"] = "objects are shown by their type's own view",
        ["Format-Wide"] = "objects are shown by their type's own view",
        ["Get-ChildItem"] = "[IO.Directory]::GetFiles(path)",
        ["Get-Content"] = "[IO.File]::ReadAllLines(path)",
        ["Get-Date"] = "[DateTime]::Now",
        ["Get-Host"] = "$Host",
        ["Get-Location"] = "pwd",
        ["Get-Member"] = "$_.PSObject.Members | ForEach-Object Name",
        ["Get-Process"] = "[Diagnostics.Process]::GetProcesses()",
        ["Get-Random"] = "[Random]::Shared.Next(max)",
        ["Get-Variable"] = "$name",
        ["Invoke-Expression"] = "& ([ScriptBlock]::Create(text))",
        ["Join-Path"] = "[IO.Path]::Combine(a, b)",
        ["Join-String"] = "@(...) -join ', '",
        ["Measure-Command"] = "[Diagnostics.Stopwatch]::StartNew()",
        ["Measure-Object"] = "@(...).Count",
        ["New-Guid"] = "[Guid]::NewGuid()",
        ["New-Object"] = "[TypeName]::new(...)",
        ["New-TimeSpan"] = "[TimeSpan]::FromSeconds(n)",
        ["Out-File"] = "[IO.File]::WriteAllLines(path, lines)",
        ["Read-Host"] = "$Host.UI.ReadLine()",
        ["Remove-Item"] = "[IO.File]::Delete(path)",
        ["Resolve-Path"] = "[IO.Path]::GetFullPath(path)",
        ["Select-Object"] = "ForEach-Object Name for one property, @(...)[0..9] for the first ten",
        ["Select-String"] = "-match",
        ["Set-Content"] = "[IO.File]::WriteAllText(path, text)",
        ["Set-Location"] = "cd",
        ["Set-Variable"] = "$name = value",
        ["Sort-Object"] = "[Linq.Enumerable]::OrderBy([object[]]@(...), [Func[object, object]] { $args[0].Name })",
        ["Split-Path"] = "[IO.Path]::GetDirectoryName(path)",
        ["Start-Process"] = "& program arguments",
        ["Start-Sleep"] = "[Threading.Thread]::Sleep(milliseconds)",
        ["Start-ThreadJob"] = "Start-Job",
        ["Test-Path"] = "[IO.Path]::Exists(path)",
        ["Write-Debug"] = "$Host.UI.WriteDebugLine(text)",
        ["Write-Error"] = "throw text, or $Host.UI.WriteErrorLine(text)",
        ["Write-Host"] = "$Host.UI.WriteLine(text)",
        ["Write-Output"] = "the value by itself",
        ["Write-Verbose"] = "$Host.UI.WriteVerboseLine(text)",
        ["Write-Warning"] = "$Host.UI.WriteWarningLine(text)",
    };

    /// <summary>Their aliases on a system where no alias of the engine or program of that name takes precedence.</summary>
    public static readonly IReadOnlyDictionary<string, string> Aliases = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["cat"] = "Get-Content",
        ["chdir"] = "Set-Location",
        ["cli"] = "Clear-Item",
        ["copy"] = "Copy-Item",
        ["cp"] = "Copy-Item",
        ["cvpa"] = "Convert-Path",
        ["del"] = "Remove-Item",
        ["diff"] = "Compare-Object",
        ["dir"] = "Get-ChildItem",
        ["echo"] = "Write-Output",
        ["epcsv"] = "Export-Csv",
        ["erase"] = "Remove-Item",
        ["fc"] = "Format-Custom",
        ["fl"] = "Format-List",
        ["ft"] = "Format-Table",
        ["fw"] = "Format-Wide",
        ["gal"] = "Get-Alias",
        ["gc"] = "Get-Content",
        ["gci"] = "Get-ChildItem",
        ["gi"] = "Get-Item",
        ["gl"] = "Get-Location",
        ["gm"] = "Get-Member",
        ["gp"] = "Get-ItemProperty",
        ["gps"] = "Get-Process",
        ["group"] = "Group-Object",
        ["gsv"] = "Get-Service",
        ["gu"] = "Get-Unique",
        ["gv"] = "Get-Variable",
        ["iex"] = "Invoke-Expression",
        ["ii"] = "Invoke-Item",
        ["ipcsv"] = "Import-Csv",
        ["irm"] = "Invoke-RestMethod",
        ["iwr"] = "Invoke-WebRequest",
        ["kill"] = "Stop-Process",
        ["ls"] = "Get-ChildItem",
        ["measure"] = "Measure-Object",
        ["mv"] = "Move-Item",
        ["ni"] = "New-Item",
        ["ogv"] = "Out-GridView",
        ["popd"] = "Pop-Location",
        ["ps"] = "Get-Process",
        ["pushd"] = "Push-Location",
        ["rd"] = "Remove-Item",
        ["ren"] = "Rename-Item",
        ["ri"] = "Remove-Item",
        ["rm"] = "Remove-Item",
        ["saps"] = "Start-Process",
        ["sc"] = "Set-Content",
        ["select"] = "Select-Object",
        ["sl"] = "Set-Location",
        ["sleep"] = "Start-Sleep",
        ["sls"] = "Select-String",
        ["sort"] = "Sort-Object",
        ["sp"] = "Set-ItemProperty",
        ["spps"] = "Stop-Process",
        ["sv"] = "Set-Variable",
        ["tee"] = "Tee-Object",
        ["type"] = "Get-Content",
        ["write"] = "Write-Output",
    };

    private static readonly HashSet<string> Names = new(Modules.Values.SelectMany(names => names), StringComparer.OrdinalIgnoreCase);

    /// <summary>One line about a command of full PowerShell, or null if the name is none.</summary>
    public static string? Explain(string command)
    {
        string name = Aliases.GetValueOrDefault(command, command);
        if (!Names.TryGetValue(name, out string? known))
        {
            return null;
        }
        string here = Instead.TryGetValue(known, out string? instead) ? $" Here: {instead}." : "";
        return $"{known} is not in this shell: it comes with full PowerShell (https://aka.ms/powershell).{here}";
    }

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
