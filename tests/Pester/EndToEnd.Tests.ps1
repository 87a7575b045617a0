# The main job on real traffic: real clients and servers, in a network namespace made for the purpose, seen on a real interface.

BeforeDiscovery {
    $missing = foreach ($command in 'ip', 'openssl', 'curl', 'id') {
        if (-not (Get-Command $command -CommandType Application -ErrorAction Ignore)) { $command }
    }
    $isRoot = $IsLinux -and -not $missing -and (& id -u) -eq '0'
    $possible = $false
    if ($isRoot) {
        # A container may forbid namespaces even to root.
        & ip netns add "nmprobe$PID" 2>$null
        $possible = $LASTEXITCODE -eq 0
        if ($possible) { & ip netns del "nmprobe$PID" }
    }
}

Describe 'A TLS server in a namespace' -Skip:(-not $possible) {
    BeforeAll {
        . ([IO.Path]::Combine($PSScriptRoot, 'Module.ps1'))
        $space = "nm$PID"
        $near = "nma$PID"
        $far = "nmb$PID"
        $client = '198.18.213.1'    # RFC 2544: addresses for tests of network devices
        $server = '198.18.213.2'
        & ip netns add $space
        & ip link add $near type veth peer name $far netns $space
        & ip addr add "$client/30" dev $near
        & ip link set $near up
        & ip -n $space addr add "$server/30" dev $far
        & ip -n $space link set $far up
        & ip -n $space link set lo up

        $folder = [IO.Directory]::CreateTempSubdirectory('netmonitor').FullName
        $key = [IO.Path]::Combine($folder, 'key.pem')
        $certificate = [IO.Path]::Combine($folder, 'certificate.pem')
        & openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout $key -out $certificate -days 1 -subj '/CN=shop.example.com' 2>$null

        $start = [Diagnostics.ProcessStartInfo]::new('ip')
        foreach ($word in 'netns', 'exec', $space, 'openssl', 's_server', '-accept', '8443', '-cert', $certificate, '-key', $key, '-www', '-quiet') {
            $start.ArgumentList.Add($word)
        }
        $start.RedirectStandardInput = $true
        $process = [Diagnostics.Process]::Start($start)

        function Invoke-Client {
            & curl --silent --insecure --max-time 5 --resolve "shop.example.com:8443:$server" --output ([IO.Path]::Combine($folder, 'page')) --write-out '%{http_code}' 'https://shop.example.com:8443/?token=secret'
        }

        # The server is ready when it answers.
        $deadline = [DateTime]::UtcNow.AddSeconds(20)
        while ((Invoke-Client) -ne '200' -and [DateTime]::UtcNow -lt $deadline) {
            [Threading.Thread]::Sleep(50)
        }

        Start-NetMonitor -Interface $near

        # Told of the call by name in both ways, before anyone asks the monitor.
        Register-NetConnectionEvent 'host:shop.example.com' -Change Identified -SourceIdentifier Shop -MaxTriggerCount 1
        $waiting = Wait-NetConnection "dst:shop.example.com dport:=8443 app:https" -Timeout 20 -AsJob
        $answer = Invoke-Client
        $null = $waiting.Finished.WaitOne(20000)
        $waited = Receive-Job $waiting
        Remove-Job $waiting
        $deadline = [DateTime]::UtcNow.AddSeconds(20)
        $shopEvent = $null
        while (-not $shopEvent -and [DateTime]::UtcNow -lt $deadline) {
            foreach ($item in $ExecutionContext.Events.ReceivedEvents) { if ($item.SourceIdentifier -eq 'Shop') { $shopEvent = $item } }
        }
        $ended = @($ExecutionContext.Events.Subscribers | Where-Object SourceIdentifier -EQ Shop).Count -eq 0
        $local = [Net.NetworkInformation.NetworkInterface]::GetAllNetworkInterfaces() | Where-Object Name -EQ $near
        Stop-NetMonitor -Name $near -PassThru -OutVariable monitor | Out-Null
        $connections = @($monitor.Snapshot() | Where-Object RemotePort -EQ 8443)
    }

    AfterAll {
        if ($process) {
            $process.Kill()
            $process.WaitForExit()
            $process.Dispose()
        }
        & ip netns del $space
        [IO.Directory]::Delete($folder, $true)
    }

    It 'answers' {
        $answer | Should -Be '200'
    }

    It 'gives one connection, with its name' {
        $connections.Count | Should -Be 1
        $connections[0].Sni | Should -Be 'shop.example.com'
        $connections[0].HostName | Should -Be 'shop.example.com'
        $connections[0].Application | Should -Be 'HTTPS'
        $connections[0].Interface | Should -Be $near
    }

    It 'fires an event and ends a wait when the named host is called' {
        "$($shopEvent.SourceEventArgs.Change)" | Should -Be 'Identified'
        $shopEvent.SourceEventArgs.Connection.HostName | Should -Be 'shop.example.com'
        $ended | Should -BeTrue
        $waited.Sni | Should -Be 'shop.example.com'
        $waited.Id | Should -Be $shopEvent.SourceEventArgs.Connection.Id
    }

    It 'knows who opened it and from where' {
        "$($connections[0].LocalAddress)" | Should -Be $client
        "$($connections[0].RemoteAddress)" | Should -Be $server
        "$($connections[0].Direction)" | Should -Be 'Outgoing'
        $connections[0].Rtt | Should -BeGreaterThan ([TimeSpan]::Zero)
    }

    It 'is closed, since nothing captured before the stop is lost' {
        "$($connections[0].State)" | Should -BeIn 'CLOSED', 'TIME_WAIT'
    }

    It 'keeps no query string' {
        "$($connections[0].Details)" | Should -Not -BeLike '*secret*'
    }

    It 'received a page and its headers' {
        $connections[0].PayloadReceived | Should -BeGreaterThan ([IO.FileInfo]::new([IO.Path]::Combine($folder, 'page')).Length)
        $connections[0].BytesReceived | Should -BeGreaterThan $connections[0].PayloadReceived
    }
}
