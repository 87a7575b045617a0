# The pages promise what the cmdlets have: the parameter tables are read and compared with the commands themselves.
BeforeDiscovery {
    $manifest = [IO.File]::ReadAllText([IO.Path]::Combine($PSScriptRoot, '..', '..', 'NetMonitor.psd1'))
    $names = [regex]::Matches($manifest, "(?m)^        '(\w+-\w+)'\r?$") | ForEach-Object { $_.Groups[1].Value }
}

Describe 'The page of <_>' -ForEach $names {
    BeforeAll {
        . ([IO.Path]::Combine($PSScriptRoot, 'Module.ps1'))
        $name = $_
        $docs = [IO.Path]::Combine($PSScriptRoot, '..', '..', 'docs')
        $page = [IO.File]::ReadAllText([IO.Path]::Combine($docs, "$name.md"))
        $command = Get-Command $name
        $common = [Management.Automation.Cmdlet]::CommonParameters + [Management.Automation.Cmdlet]::OptionalCommonParameters
        $own = @($command.Parameters.Values | Where-Object { $_.Name -notin $common })
        $rows = @{}
        foreach ($match in [regex]::Matches($page, '(?m)^\| `-(?<Name>\w+)` \|(?<Cells>.*)\|$')) {
            $rows[$match.Groups['Name'].Value] = @($match.Groups['Cells'].Value.Split('|') | ForEach-Object { $_.Trim() })
        }
        $type, $set, $required, $pipeline, $wildcards, $meaning = 0..5
    }

    It 'has every parameter and no other' {
        $rows.Keys | Where-Object { $_ -notin $own.Name } | Should -BeNullOrEmpty
        $own.Name | Where-Object { $_ -notin $rows.Keys } | Should -BeNullOrEmpty
    }
    It 'tells types, requirements, pipeline input and wildcards' {
        foreach ($parameter in $own) {
            $row = $rows[$parameter.Name]
            $actual = $parameter.ParameterType
            $actual = if ([Nullable]::GetUnderlyingType($actual)) { [Nullable]::GetUnderlyingType($actual) } else { $actual }
            ($row[$type] -replace '^Switch$', 'SwitchParameter') | Should -Be $actual.Name -Because $parameter.Name
            $attributes = @($parameter.Attributes | Where-Object { $_ -is [Parameter] })
            ($row[$required] -eq 'yes') | Should -Be ($attributes.Mandatory -contains $true) -Because "$($parameter.Name) is required or not"
            ($row[$pipeline] -like '*by value*') | Should -Be ($attributes.ValueFromPipeline -contains $true) -Because $parameter.Name
            ($row[$pipeline] -like '*by name*') | Should -Be ($attributes.ValueFromPipelineByPropertyName -contains $true) -Because $parameter.Name
            ($row[$wildcards] -eq 'yes') | Should -Be (@($parameter.Attributes | Where-Object { $_ -is [SupportsWildcards] }).Count -gt 0) -Because $parameter.Name
            $row[$meaning] | Should -Not -BeNullOrEmpty -Because $parameter.Name
        }
    }
    It 'tells the sets' {
        foreach ($parameter in $own) {
            $sets = @($parameter.ParameterSets.Keys | Where-Object { $_ -ne '__AllParameterSets' })
            $told = @($rows[$parameter.Name][$set].Split(',') | ForEach-Object { $_.Trim() } | Where-Object { $_ -ne 'all' })
            $told | Where-Object { $_ -notin $sets } | Should -BeNullOrEmpty -Because $parameter.Name
            $sets | Where-Object { $_ -notin $told } | Should -BeNullOrEmpty -Because $parameter.Name
        }
    }
    It 'names only errors that the table of errors has' {
        $known = [regex]::Matches([IO.File]::ReadAllText([IO.Path]::Combine($docs, 'errors.md')), '(?m)^\| (\w+) \|') | ForEach-Object { $_.Groups[1].Value }
        [regex]::Matches($page, '\[(\w+)\]\(errors\.md\)') | ForEach-Object { $_.Groups[1].Value } | Where-Object { $_ -notin $known } | Should -BeNullOrEmpty
    }
    It 'is what Get-Help shows' {
        $help = Get-Help $name
        $help.Synopsis.Trim() | Should -Be ([regex]::Match($page, '(?s)## Synopsis\r?\n(.*?)\r?\n\r?\n').Groups[1].Value -replace '\s*\r?\n', ' ' -replace '`|\[([^\]]+)\]\([^)]+\)', '$1')
        @($help.examples.example).Count | Should -Be ([regex]::Matches($page, '(?m)^### ').Count)
        foreach ($example in $help.examples.example) { $page.Replace("`r", '') | Should -BeLike "*$([Management.Automation.WildcardPattern]::Escape($example.code))*" }
        foreach ($parameter in $own) {
            $told = @($help.parameters.parameter | Where-Object { $_.name -eq $parameter.Name })
            $told.Count | Should -Be 1 -Because $parameter.Name
            $told.description.Text | Should -Not -BeNullOrEmpty -Because $parameter.Name
        }
    }
    It 'tells the syntax of each set' {
        $told = @(foreach ($item in (Get-Help $name).syntax.syntaxItem) {
                $parameters = foreach ($parameter in $item.parameter) { "$($parameter.name) $($parameter.required) $($parameter.position)" }
                [string]::Join(', ', [Linq.Enumerable]::Order([string[]]@($parameters)))
            })
        $real = @(foreach ($parameterSet in $command.ParameterSets) {
                $parameters = foreach ($parameter in $parameterSet.Parameters) {
                    if ($parameter.Name -in $own.Name -or $parameter.Name -in 'WhatIf', 'Confirm') {
                        $position = if ($parameter.Position -lt 0) { 'named' } else { $parameter.Position }
                        "$($parameter.Name) $("$($parameter.IsMandatory)".ToLowerInvariant()) $position"
                    }
                }
                [string]::Join(', ', [Linq.Enumerable]::Order([string[]]@($parameters)))
            })
        $real | Where-Object { $_ -notin $told } | Should -BeNullOrEmpty
        $told | Where-Object { $_ -notin $real } | Should -BeNullOrEmpty
    }
    It 'tells the output type' { $command.OutputType | ForEach-Object { $page | Should -BeLike "*$($_.Name)*" } }
}
