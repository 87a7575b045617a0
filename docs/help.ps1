# Makes what Get-Help shows of the pages in this folder: the module's en-US folder, with the cmdlets' help (MAML) and the about_ topics.
#   & docs/help.ps1 -Module out/module/NetMonitor
# A page of a cmdlet has the sections Synopsis, Syntax, Description, Examples, Parameters, Output and Errors; tests/Pester/Docs.Tests.ps1 compares them with the cmdlet.
param([Parameter(Mandatory)] [string] $Module)

$ErrorActionPreference = 'Stop'
$Maml = 'http://schemas.microsoft.com/maml/2004/10'
$Command = 'http://schemas.microsoft.com/maml/dev/command/2004/10'
$Dev = 'http://schemas.microsoft.com/maml/dev/2004/10'
$TopicWidth = 80

# Markdown as a terminal shows it: links by their text, code without its marks.
function Get-PlainText([string] $Markdown) {
    $text = [regex]::Replace($Markdown, '\[([^\]]+)\]\([^)]+\)', '$1')
    $text = [regex]::Replace($text, '(\*\*?)(\w[\w ]*)\1', '$2')
    return $text.Replace('`', '').Replace('\|', '|').Trim()
}

# Paragraphs: lines up to an empty one belong together.
function Get-Paragraph([string] $Markdown) {
    foreach ($block in [regex]::Split($Markdown.Trim(), '\n\s*\n')) {
        if ($block.Trim()) { Get-PlainText ([regex]::Replace($block.Trim(), '\s*\n', ' ')) }
    }
}

# The cells of a row of a table.
function Get-Cell([string] $Row) {
    return [regex]::Split($Row.Trim().Trim('|'), '(?<!\\)\|') | ForEach-Object { $_.Trim() }
}

# What is below each heading of a level.
function Get-Section([string] $Markdown, [string] $Mark) {
    $sections = [ordered]@{}
    foreach ($match in [regex]::Matches($Markdown, "(?ms)^$Mark (?<Title>[^\n]+)\n(?<Body>.*?)(?=^$Mark |\z)")) {
        $sections[$match.Groups['Title'].Value.Trim()] = $match.Groups['Body'].Value.Trim()
    }
    return $sections
}

# The parameters of a line of the syntax: what is in brackets may be left out, and a name in brackets of its own where the place says enough.
function Get-SyntaxParameter([string] $Line) {
    $position = 0
    foreach ($match in [regex]::Matches($Line, '(?<Left>\[)?\[-(?<Placed>\w+)\] <(?<Type>[^>]+)>\]?|(?<Left>\[)?-(?<Named>\w+)(?: <(?<Type>[^>]+)>)?\]?')) {
        $isPlaced = $match.Groups['Placed'].Success
        [pscustomobject]@{
            Name       = if ($isPlaced) { $match.Groups['Placed'].Value } else { $match.Groups['Named'].Value }
            IsRequired = -not $match.Groups['Left'].Success
            Position   = if ($isPlaced) { "$position" } else { 'named' }
            Type       = $match.Groups['Type'].Value
        }
        if ($isPlaced) { $position++ }
    }
}

function Write-Paragraph([Xml.XmlWriter] $Xml, [string[]] $Text) {
    foreach ($paragraph in $Text) { $Xml.WriteElementString('para', $Maml, $paragraph) }
}

function Write-Block([Xml.XmlWriter] $Xml, [string] $Name, [string] $Namespace, [string[]] $Text) {
    $Xml.WriteStartElement($Name, $Namespace)
    Write-Paragraph $Xml $Text
    $Xml.WriteEndElement()
}

function Write-Type([Xml.XmlWriter] $Xml, [string] $Name) {
    $Xml.WriteStartElement('type', $Dev)
    $Xml.WriteElementString('name', $Maml, $Name)
    $Xml.WriteEndElement()
}

function Write-Parameter([Xml.XmlWriter] $Xml, $Parameter, $Row) {
    $Xml.WriteStartElement('parameter', $Command)
    $Xml.WriteAttributeString('required', "$($Parameter.IsRequired)".ToLowerInvariant())
    $Xml.WriteAttributeString('globbing', "$($Row.Wildcards -eq 'yes')".ToLowerInvariant())
    $Xml.WriteAttributeString('pipelineInput', $(if (-not $Row.Pipeline) { 'False' } else { "True ($($Row.Pipeline.Replace('by value', 'ByValue').Replace('by name', 'ByPropertyName')))" }))
    $Xml.WriteAttributeString('position', $Parameter.Position)
    $Xml.WriteElementString('name', $Maml, $Parameter.Name)
    Write-Block $Xml 'description' $Maml $Row.Meaning
    if ($Parameter.Type) {
        $Xml.WriteStartElement('parameterValue', $Command)
        $Xml.WriteAttributeString('required', 'true')
        $Xml.WriteString($Parameter.Type)
        $Xml.WriteEndElement()
    }
    Write-Type $Xml $(if ($Parameter.Type) { $Parameter.Type } else { 'SwitchParameter' })
    $Xml.WriteElementString('defaultValue', $Dev, 'None')
    $Xml.WriteEndElement()
}

function Write-Command([Xml.XmlWriter] $Xml, [string] $Name, [string] $Page) {
    $sections = Get-Section $Page '##'
    $rows = @{
        WhatIf  = @{ Wildcards = ''; Pipeline = ''; Meaning = 'Says what would happen, and does nothing.' }
        Confirm = @{ Wildcards = ''; Pipeline = ''; Meaning = 'Asks before it does something.' }
    }
    foreach ($match in [regex]::Matches($sections['Parameters'], '(?m)^\| `-(?<Name>\w+)` \|.*\|$')) {
        $null, $null, $null, $null, $pipeline, $wildcards, $meaning = Get-Cell $match.Value
        $rows[$match.Groups['Name'].Value] = @{ Pipeline = $pipeline; Wildcards = $wildcards; Meaning = Get-PlainText $meaning }
    }
    $lines = @($sections['Syntax'].Split("`n") | Where-Object { $_ -like "$Name*" })

    $Xml.WriteStartElement('command', $Command)
    $Xml.WriteStartElement('details', $Command)
    $Xml.WriteElementString('name', $Command, $Name)
    $Xml.WriteElementString('verb', $Command, $Name.Split('-')[0])
    $Xml.WriteElementString('noun', $Command, $Name.Split('-')[1])
    Write-Block $Xml 'description' $Maml (Get-Paragraph $sections['Synopsis'])
    $Xml.WriteEndElement()
    Write-Block $Xml 'description' $Maml (Get-Paragraph $sections['Description'])

    $all = [ordered]@{}
    $Xml.WriteStartElement('syntax', $Command)
    foreach ($line in $lines) {
        $Xml.WriteStartElement('syntaxItem', $Command)
        $Xml.WriteElementString('name', $Maml, $Name)
        foreach ($parameter in Get-SyntaxParameter $line.Substring($Name.Length)) {
            if (-not $rows.ContainsKey($parameter.Name)) { throw "docs/$Name.md: the syntax has -$($parameter.Name), the table has not." }
            if (-not $all.Contains($parameter.Name)) { $all[$parameter.Name] = $parameter }
            Write-Parameter $Xml $parameter $rows[$parameter.Name]
        }
        $Xml.WriteEndElement()
    }
    $Xml.WriteEndElement()
    $Xml.WriteStartElement('parameters', $Command)
    foreach ($parameter in $all.Values) { Write-Parameter $Xml $parameter $rows[$parameter.Name] }
    $Xml.WriteEndElement()

    $Xml.WriteStartElement('returnValues', $Command)
    $Xml.WriteStartElement('returnValue', $Command)
    Write-Type $Xml (Get-PlainText $sections['Output'])
    $Xml.WriteEndElement()
    $Xml.WriteEndElement()
    $Xml.WriteStartElement('alertSet', $Maml)
    Write-Block $Xml 'alert' $Maml "Errors (docs/errors.md): $(Get-PlainText $sections['Errors'])"
    $Xml.WriteEndElement()

    $number = 0
    $Xml.WriteStartElement('examples', $Command)
    foreach ($example in (Get-Section $sections['Examples'] '###').GetEnumerator()) {
        $code = [regex]::Match($example.Value, '(?s)```powershell\n(?<Code>.*?)\n```(?<Rest>.*)')
        $Xml.WriteStartElement('example', $Command)
        $number++
        $Xml.WriteElementString('title', $Maml, "--- Example ${number}: $(Get-PlainText $example.Key) ---")
        $Xml.WriteElementString('code', $Dev, $code.Groups['Code'].Value)
        Write-Block $Xml 'remarks' $Dev (Get-Paragraph $code.Groups['Rest'].Value)
        $Xml.WriteEndElement()
    }
    $Xml.WriteEndElement()
    $Xml.WriteEndElement()
}

function Write-Topic([string] $Name, [string] $Short, [string] $Text) {
    $content = "TOPIC`n    $Name`n`nSHORT DESCRIPTION`n    $Short`n`nLONG DESCRIPTION`n$Text`n"
    [IO.File]::WriteAllText([IO.Path]::Combine($culture, "$Name.help.txt"), $content)
}

# Words in lines that a terminal of 80 columns shows whole; those after the first begin where its text does.
function Get-Wrapped([string] $Text, [string] $Mark = '') {
    $line = "    $Mark"
    foreach ($word in $Text.Split(' ', [StringSplitOptions]::RemoveEmptyEntries)) {
        if ($line.Length + $word.Length -gt $TopicWidth -and $line.Trim()) {
            $line.TrimEnd()
            $line = ' ' * (4 + $Mark.Length)
        }
        $line += "$word "
    }
    $line.TrimEnd()
}

# A table with its columns below each other.
function Get-Aligned([string[]] $Lines) {
    $rows = @(foreach ($line in $Lines) {
            if ($line -match '^\|[-:| ]+\|$') { continue }
            , @(Get-Cell $line | ForEach-Object { Get-PlainText $_ })
        })
    $widths = @($rows[0] | ForEach-Object { 0 })
    foreach ($row in $rows) {
        for ($i = 0; $i -lt $row.Count; $i++) { $widths[$i] = [Math]::Max($widths[$i], $row[$i].Length) }
    }
    foreach ($row in $rows) {
        $cells = for ($i = 0; $i -lt $row.Count; $i++) { $row[$i].PadRight($widths[$i]) }
        "    $($cells -join '  ')".TrimEnd()
    }
}

# A page as plain text: headings stay lines of their own, code as it is.
function Get-TopicText([string] $Markdown) {
    $lines = foreach ($block in [regex]::Matches($Markdown.Trim(), '(?s)```.*?```|(?:(?!\n\s*\n|```).)+')) {
        $text = $block.Value.Trim()
        if (-not $text) { continue }
        if ($text.StartsWith('```')) { $text.Split("`n") | Where-Object { -not $_.StartsWith('```') } | ForEach-Object { "        $_" } }
        elseif ($text.StartsWith('|')) { Get-Aligned $text.Split("`n") }
        elseif ($text.StartsWith('#')) { (Get-PlainText $text.TrimStart('#')).ToUpperInvariant() }
        elseif ($text -match '^[-*] ') {
            foreach ($item in [regex]::Split($text, '\n(?=[-*] )')) { Get-Wrapped (Get-PlainText ([regex]::Replace($item.Substring(2), '\s*\n\s*', ' '))) -Mark '- ' }
        }
        else { Get-Wrapped (Get-PlainText ([regex]::Replace($text, '\s*\n', ' '))) }
        ''
    }
    return $lines -join "`n"
}

$culture = [IO.Path]::Combine($Module, 'en-US')
$null = [IO.Directory]::CreateDirectory($culture)
$pages = @([IO.Directory]::GetFiles($PSScriptRoot, '*-*.md') | Where-Object { [IO.Path]::GetFileName($_) -cmatch '^[A-Z]\w+-[A-Z]\w+\.md$' })
[Array]::Sort($pages, [StringComparer]::Ordinal)

$settings = [Xml.XmlWriterSettings]@{ Indent = $true }
$xml = [Xml.XmlWriter]::Create([IO.Path]::Combine($culture, 'NetMonitor.Cmdlets.dll-Help.xml'), $settings)
try {
    $xml.WriteStartElement('helpItems', 'http://msh')
    $xml.WriteAttributeString('schema', 'maml')
    $synopses = foreach ($page in $pages) {
        $name = [IO.Path]::GetFileNameWithoutExtension($page)
        $text = [IO.File]::ReadAllText($page).Replace("`r", '')
        Write-Command $xml $name $text
        '    {0,-30}{1}' -f $name, (@(Get-Paragraph (Get-Section $text '##')['Synopsis'])[0] -replace '\. .*', '.')
    }
    $xml.WriteEndElement()
}
finally { $xml.Dispose() }

$filter = [regex]::Replace([IO.File]::ReadAllText([IO.Path]::Combine($PSScriptRoot, 'filter.md')).Replace("`r", ''), '^# [^\n]*\n', '')
Write-Topic 'about_NetMonitor_Filter' 'The language of -Filter, and of the filter line of the live view.' (Get-TopicText $filter)
Write-Topic 'about_NetMonitor' 'Shows every network connection of this machine, or of a capture file.' (@(
        Get-Wrapped ('NetMonitor captures and inspects packets in the background. Its cmdlets write the connections as objects; Watch-NetConnection shows them live. What it ' +
            'may see without privileges, and how to get them, Get-NetMonitorCapability says.')
        ''
        '        Watch-NetConnection                               # look, sort, filter'
        '        Get-NetConnectionLive | Where-Object Sni -like *github*'
        '        Import-NetCapture file.pcapng                     # the same objects'
        ''
        'CMDLETS'
        $synopses
        ''
        'SEE ALSO'
        '    about_NetMonitor_Filter'
    ) -join "`n")
