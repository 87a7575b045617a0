# The main job on real traffic: real clients and servers, in a network namespace made for the purpose, seen on a real interface.

BeforeDiscovery {
    . ([IO.Path]::Combine($PSScriptRoot, 'Namespace.ps1'))
    $possible = Test-Namespace 'openssl', 'curl'
    $canResolve = $possible -and (Test-Namespace 'dnsmasq', 'dig')
}

Describe 'A TLS server in a namespace' -Skip:(-not $possible) {
    BeforeAll {
        . ([IO.Path]::Combine($PSScriptRoot, 'Module.ps1'))
        . ([IO.Path]::Combine($PSScriptRoot, 'Namespace.ps1'))
        $space = "nm$PID"
        $near = "nma$PID"
        $far = "nmb$PID"
        $client = '198.18.213.1'    # RFC 2544: addresses for tests of network devices
        $server = '198.18.213.2'
        Connect-Namespace $space $near $far $client $server

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
        $shopEvent = Wait-ReceivedEvent $ExecutionContext.Events Shop
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

Describe 'A name server in a namespace' -Skip:(-not $canResolve) {
    BeforeAll {
        . ([IO.Path]::Combine($PSScriptRoot, 'Module.ps1'))
        . ([IO.Path]::Combine($PSScriptRoot, 'Namespace.ps1'))
        $space = "nmd$PID"
        $near = "nmc$PID"
        $far = "nme$PID"
        $client = '198.18.214.1'    # RFC 2544: addresses for tests of network devices
        $server = '198.18.214.2'
        Connect-Namespace $space $near $far $client $server

        # The name server also makes the names up: an alias, an address, and the name of the address. A server of its own takes plain connections.
        $folder = [IO.Directory]::CreateTempSubdirectory('netmonitor').FullName
        function Start-InNamespace([string[]] $Words) {
            $start = [Diagnostics.ProcessStartInfo]::new('ip')
            foreach ($word in @('netns', 'exec', $space) + $Words) { $start.ArgumentList.Add($word) }
            $start.RedirectStandardInput = $true
            $start.RedirectStandardError = $true    # what it thinks of clients that do not speak TLS: a few lines
            [Diagnostics.Process]::Start($start)
        }
        $process = @(
            Start-InNamespace @('dnsmasq', '--keep-in-foreground', '--conf-file=/dev/null', '--no-resolv', '--no-hosts', '--user=root', "--pid-file=$folder/pid",
                "--listen-address=$server", '--bind-interfaces', "--host-record=origin.example.com,$server", '--cname=shop.example.com,origin.example.com')
            Start-InNamespace @('openssl', 's_server', '-accept', '7007', '-nocert', '-quiet', '-cipher', 'aNULL:@SECLEVEL=0', '-no_tls1_3')
        )

        # Connects and says two words of no protocol.
        function Connect-Server {
            $tcp = [Net.Sockets.TcpClient]::new()
            try {
                $tcp.Connect($server, 7007)
                $tcp.GetStream().Write([Text.Encoding]::ASCII.GetBytes("hello there`n"))
                return $true
            }
            catch [Net.Sockets.SocketException] { return $false }
            finally { $tcp.Dispose() }
        }

        $deadline = [DateTime]::UtcNow.AddSeconds(20)
        while (((& dig +short +time=1 +tries=1 "@$server" shop.example.com) -join ' ') -notlike "*$server*" -and [DateTime]::UtcNow -lt $deadline) { [Threading.Thread]::Sleep(50) }
        while (-not (Connect-Server) -and [DateTime]::UtcNow -lt $deadline) { [Threading.Thread]::Sleep(50) }

        Start-NetMonitor -Interface $near
        $answer = (& dig +short "@$server" shop.example.com) -join ' '
        $connected = Connect-Server
        $neighbor = @(Get-NetMonitorNeighbor $server)
        Stop-NetMonitor -Name $near -PassThru -OutVariable monitor | Out-Null
        $rows = @($monitor.Snapshot())
        $row = @($rows | Where-Object RemotePort -EQ 7007)
    }

    AfterAll {
        foreach ($one in $process) {
            $one.Kill($true)
            $one.WaitForExit()
            $one.Dispose()
        }
        & ip netns del $space
        [IO.Directory]::Delete($folder, $true)
    }

    It 'answers, and the connection is made' {
        $answer | Should -BeLike "*$server*"
        $connected | Should -BeTrue
    }
    It 'gives the plain connection the name that was looked up, marked as inferred' {
        $row.Count | Should -Be 1
        $row[0].HostName | Should -Be 'shop.example.com'
        "$($row[0].HostNameSource)" | Should -Be 'Dns'
        $row[0].Sni | Should -BeNullOrEmpty
    }
    It 'knows what kind of address it is, and the service of the name server' {
        "$($row[0].RemoteScope)" | Should -Be 'Benchmarking'
        @($rows | Where-Object RemotePort -EQ 53)[0].Service | Should -Be 'domain'
    }
    It 'knows the neighbor' {
        $neighbor.Count | Should -Be 1
        $neighbor[0].Interface | Should -Be $near
        $neighbor[0].IsLocallyAdministered | Should -BeTrue
    }
}
