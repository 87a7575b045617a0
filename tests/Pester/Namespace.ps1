# For tests on links of their own: dot-source this in BeforeDiscovery.

# Whether network namespaces can be made here, and these commands are there.
function Test-Namespace([string[]] $Command = @()) {
    foreach ($name in @('ip', 'id') + $Command) {
        if (-not (Get-Command $name -CommandType Application -ErrorAction Ignore)) { return $false }
    }
    if (-not $IsLinux -or (& id -u) -ne '0') { return $false }

    # A container may forbid namespaces even to root.
    & ip netns add "nmprobe$PID" 2>$null
    if ($LASTEXITCODE -ne 0) { return $false }
    & ip netns del "nmprobe$PID"
    return $true
}
