# For tests on links of their own: dot-source this in BeforeDiscovery and in BeforeAll.

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

# Makes a namespace with a link to it: one end here, the other there. With addresses (of a /30) both ends can talk.
function Connect-Namespace([string] $Space, [string] $Near, [string] $Far, [string] $NearAddress, [string] $FarAddress) {
    & ip netns add $Space
    & ip link add $Near mtu 1500 type veth peer name $Far mtu 1500 netns $Space
    if ($NearAddress) {
        & ip addr add "$NearAddress/30" dev $Near
        & ip -n $Space addr add "$FarAddress/30" dev $Far
    }
    & ip link set $Near up
    & ip -n $Space link set $Far up
    & ip -n $Space link set lo up
}
