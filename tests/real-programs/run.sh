#!/usr/bin/env bash
# Usage: run.sh [--install]
# Real clients talk to real servers over loopback while our monitor watches; prints the table of docs/real-programs.md. Needs root (capture, sshd, vsftpd).
# --install fetches the programs from Debian first (their services must not start by themselves: a policy-rc.d that says no is written for the time of the installation).
# Everything listens on loopback above port 1024 and is stopped by its process id at the end.
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
PATH=$PATH:/usr/sbin:/sbin
packages=(nginx-light curl nghttp2-client nghttp2-server openssl openssh-server openssh-client dnsmasq-base bind9-dnsutils mosquitto mosquitto-clients redis-server
    memcached vsftpd snmp snmpd chrony postgresql python3 chromium knot-dnsutils slapd ldap-utils dovecot-imapd mariadb-server mariadb-client sipsak nats-server caddy tftpd-hpa openvpn)

if [ "${1:-}" = --install ]; then
    wrote_policy=
    if [ ! -e /usr/sbin/policy-rc.d ]; then
        printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d && wrote_policy=1
    fi
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}"
    [ -z "$wrote_policy" ] || rm /usr/sbin/policy-rc.d
fi

work=$(mktemp -d)
chmod 755 "$work"
pids=()
stop_all() {
    touch "$work/stop"
    [ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2>/dev/null
    wait 2>/dev/null
    rm -rf "$work"
}
trap stop_all EXIT

have() { command -v "$1" >/dev/null || { echo "run.sh: no $1, its row is left out" >&2; return 1; }; }
# serve PROGRAM ARGS…: starts a server that stays in the foreground.
serve() { "$@" </dev/null >>"$work/servers.log" 2>&1 & pids+=($!); }
# client PROGRAM ARGS…: a client gets ten seconds; a failure is told, since its row would show it anyway.
client() { timeout 10 "$@" </dev/null >"$work/client.log" 2>&1 || { echo "run.sh: failed ($?): $*" >&2; tail -2 "$work/client.log" >&2; }; }
# version COMMAND…: the first thing that looks like a version.
version() { "$@" 2>&1 </dev/null | grep -oEm1 '[0-9]+\.[0-9]+(\.[0-9]+)*(p[0-9]+)?[a-z]?' | head -1; }
row() { printf '%s\t%s\n' "$1" "$2" >>"$work/names"; }

# ---- what the rows are called -------------------------------------------------------------------------------------------------
nginx_version=$(version nginx -v) curl_version=$(version curl --version) openssl_version=$(version openssl version)
row 18443 "curl $curl_version, HTTP/2 over TLS; nginx $nginx_version"
row 18444 "curl $curl_version, HTTP/1.1 over TLS; nginx $nginx_version"
row 18445 "chromium $(version chromium --version), post-quantum hello; nginx $nginx_version"
row 18446 "chromium $(version chromium --version), HTTP/3; caddy $(version caddy version)"
row 18447 "chromium $(version chromium --version), HTTP/3, with its key log; caddy $(version caddy version)"
row 18080 "nghttp and nghttpd $(version nghttpd --version), h2c"
row 18081 "curl $curl_version, HTTP/2 prior knowledge; nghttpd $(version nghttpd --version)"
row 14433 "openssl s_client and s_server $openssl_version, TLS 1.2"
row 14434 "openssl s_client and s_server $openssl_version, TLS 1.3"
row 14435 "openssl s_client and s_server $openssl_version, DTLS 1.2"
row 12222 "ssh and sshd $(version ssh -V)"
row 15353 "dig $(version dig -v); dnsmasq $(version dnsmasq --version)"
row 11883 "mosquitto_pub and mosquitto $(version mosquitto -h)"
row 16379 "redis-cli and redis-server $(version redis-server --version)"
row 15432 "psql and PostgreSQL $(version psql --version), sslmode=require"
row 11212 "bash; memcached $(version memcached --version)"
row 12121 "curl $curl_version; vsftpd $(dpkg-query -W -f '${Version}' vsftpd 2>/dev/null)"
row 12525 "openssl s_client -starttls smtp $openssl_version; smtp-starttls.py"
row 11161 "snmpget $(version snmpget -V) and snmpd"
row 18853 "kdig $(version kdig --version) +quic; nobody answers"
row 13890 "ldapsearch and slapd $(version ldapsearch -VV), StartTLS"
row 15060 "sipsak $(version sipsak -V); sip-ok.py"
row 11143 "curl $curl_version; dovecot $(version dovecot --version)"
row 13306 "mariadb and mariadbd $(version mariadbd --version)"
row 14222 "bash; nats-server $(version nats-server -v)"
row 14280 "chromium $(version chromium --version), WebSocket; nats-server $(version nats-server -v)"
row 16969 "curl $curl_version; in.tftpd $(dpkg-query -W -f '${Version}' tftpd-hpa 2>/dev/null)"
row 11940 "openvpn $(version openvpn --version), TLS 1.2"
row 11941 "openvpn $(version openvpn --version), tls-auth"
row 11942 "openvpn $(version openvpn --version), tls-crypt"
row 11123 "chronyd $(version chronyd --version), both sides"

# ---- servers ------------------------------------------------------------------------------------------------------------------
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=real.example.test \
    -addext subjectAltName=DNS:real.example.test,DNS:localhost -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null

cat >"$work/nginx.conf" <<CONF
daemon off; master_process off; pid $work/nginx.pid; error_log $work/nginx.log;
events {}
http {
    ssl_protocols TLSv1.2 TLSv1.3; access_log off; client_body_temp_path $work/b; proxy_temp_path $work/p; fastcgi_temp_path $work/f; uwsgi_temp_path $work/u; scgi_temp_path $work/s;
    ssl_certificate $work/cert.pem; ssl_certificate_key $work/key.pem;
    server { listen 127.0.0.1:18443 ssl http2; listen 127.0.0.1:18445 ssl http2; location / { return 200 "ok"; } }
    server { listen 127.0.0.1:18444 ssl; location / { return 200 "ok"; } }
}
CONF
have nginx && serve nginx -c "$work/nginx.conf"
if have caddy; then # HTTP/3 is on unless it is turned off
    cat >"$work/Caddyfile" <<CONF
{
    admin off
    auto_https off
    skip_install_trust
}
https://real.example.test:18446, https://real.example.test:18447 {
    bind 127.0.0.1
    tls $work/cert.pem $work/key.pem
    header Content-Type text/html
    respond "<link rel=icon href=data:,>ok over {http.request.proto}"
}
CONF
    serve env HOME="$work" XDG_DATA_HOME="$work" XDG_CONFIG_HOME="$work" caddy run --config "$work/Caddyfile" --adapter caddyfile
fi
# tunnel PORT OPTIONS…: both ends of a tunnel that no packets go through, for the time of a handshake.
tunnel() {
    local ends=(--dev null --ca "$work/cert.pem" --cert "$work/cert.pem" --key "$work/key.pem" "${@:2}")
    timeout 10 openvpn "${ends[@]}" --tls-server --dh none --local 127.0.0.1 --lport "$1" ${proto:+--proto $proto-server} >>"$work/servers.log" 2>&1 & pids+=($!)
    sleep 1
    client bash -c 'timeout 3 openvpn "$@"; [ $? = 124 ]' - "${ends[@]}" --tls-client --remote 127.0.0.1 "$1" --nobind ${proto:+--proto $proto-client}
}
mkdir "$work/www" && echo ok >"$work/www/index.html"
have nghttpd && serve nghttpd --no-tls -a 127.0.0.1 -d "$work/www" 18080 && serve nghttpd --no-tls -a 127.0.0.1 -d "$work/www" 18081
serve openssl s_server -accept 127.0.0.1:14433 -cert "$work/cert.pem" -key "$work/key.pem" -tls1_2 -www
serve openssl s_server -accept 127.0.0.1:14434 -cert "$work/cert.pem" -key "$work/key.pem" -tls1_3 -alpn http/1.1 -www
# s_server ends with its standard input, and DTLS has no -www
mkfifo "$work/dtls-input"
sleep 120 >"$work/dtls-input" & pids+=($!)
openssl s_server -accept 127.0.0.1:14435 -cert "$work/cert.pem" -key "$work/key.pem" -dtls1_2 <"$work/dtls-input" >>"$work/servers.log" 2>&1 & pids+=($!)
if have sshd; then
    ssh-keygen -q -t ed25519 -N '' -f "$work/host" && ssh-keygen -q -t ed25519 -N '' -f "$work/user" && mkdir -p /run/sshd
    serve "$(command -v sshd)" -D -e -f /dev/null -p 12222 -h "$work/host" -o ListenAddress=127.0.0.1 -o AuthorizedKeysFile="$work/user.pub" -o StrictModes=no \
        -o PermitRootLogin=prohibit-password -o PidFile=none
fi
have dnsmasq && serve dnsmasq --keep-in-foreground --conf-file=/dev/null --port=15353 --listen-address=127.0.0.1 --bind-interfaces --no-resolv --no-hosts --pid-file= \
    --user=root --address=/real.example.test/192.0.2.7
if have mosquitto; then
    printf 'listener 11883 127.0.0.1\nallow_anonymous true\n' >"$work/mosquitto.conf"
    serve mosquitto -c "$work/mosquitto.conf"
fi
have redis-server && serve redis-server --port 16379 --bind 127.0.0.1 --save '' --dir "$work"
have memcached && serve memcached -u nobody -l 127.0.0.1 -p 11212
if have vsftpd; then
    mkdir -p /var/run/vsftpd/empty
    printf '%s\n' listen=YES listen_port=12121 listen_address=127.0.0.1 background=NO anonymous_enable=YES secure_chroot_dir=/var/run/vsftpd/empty >"$work/vsftpd.conf"
    serve vsftpd "$work/vsftpd.conf"
fi
serve python3 "$here/smtp-starttls.py" 12525 "$work/cert.pem" "$work/key.pem"
if have snmpd; then
    echo 'rocommunity a-secret-community 127.0.0.1' >"$work/snmpd.conf"
    serve snmpd -f -C -c "$work/snmpd.conf" -Lo -p "$work/snmpd.pid" udp:127.0.0.1:11161
fi
if have chronyd; then
    printf '%s\n' 'port 11123' 'bindaddress 127.0.0.1' 'allow 127.0.0.1' 'local stratum 3' 'cmdport 0' "pidfile $work/chronyd.pid" 'bindcmdaddress /' >"$work/chrony.conf"
    serve chronyd -d -x -u root -f "$work/chrony.conf"
fi
postgres=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1)
if [ -n "$postgres" ]; then
    as_postgres=(setpriv --reuid=postgres --regid=postgres --clear-groups env -C "$work/pg")
    install -d -o postgres -m 700 "$work/pg"
    "${as_postgres[@]}" "$postgres/initdb" -D "$work/pg/data" -A trust -N >/dev/null
    install -o postgres -m 600 "$work/key.pem" "$work/cert.pem" "$work/pg"
    serve "${as_postgres[@]}" "$postgres/postgres" -D "$work/pg/data" -p 15432 -h 127.0.0.1 -k "$work/pg" -c ssl=on -c ssl_cert_file="$work/pg/cert.pem" -c ssl_key_file="$work/pg/key.pem"
fi

if have slapd; then
    mkdir "$work/ldap"
    cat >"$work/slapd.conf" <<CONF
include /etc/ldap/schema/core.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile $work/slapd.pid
TLSCertificateFile $work/cert.pem
TLSCertificateKeyFile $work/key.pem
database mdb
suffix dc=example,dc=test
directory $work/ldap
CONF
    serve slapd -d 0 -f "$work/slapd.conf" -h ldap://127.0.0.1:13890
fi
if have dovecot; then
    mkdir "$work/mail"
    cat >"$work/dovecot.conf" <<CONF
base_dir = $work/dovecot
protocols = imap
listen = 127.0.0.1
log_path = $work/dovecot.log
ssl_cert = <$work/cert.pem
ssl_key = <$work/key.pem
mail_location = maildir:$work/mail
disable_plaintext_auth = no
service imap-login {
  inet_listener imap {
    port = 11143
  }
  inet_listener imaps {
    port = 0
  }
}
passdb {
  driver = static
  args = password=a-secret
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=$work/mail
}
CONF
    serve dovecot -F -c "$work/dovecot.conf"
fi
if have mariadbd; then
    install -d -o nobody -m 700 "$work/maria"
    mariadb-install-db --no-defaults --user=nobody --datadir="$work/maria" --auth-root-authentication-method=normal --skip-test-db >/dev/null 2>&1
    serve mariadbd --no-defaults --user=nobody --datadir="$work/maria" --port=13306 --bind-address=127.0.0.1 --socket="$work/maria/socket" --pid-file="$work/maria/pid"
fi
if have nats-server; then
    printf '%s\n' 'listen: "127.0.0.1:14222"' 'websocket { listen: "127.0.0.1:14280", no_tls: true }' >"$work/nats.conf"
    serve nats-server -c "$work/nats.conf"
fi
have in.tftpd && serve in.tftpd --listen --foreground --address 127.0.0.1:16969 --user nobody --secure "$work/www"
serve python3 "$here/sip-ok.py" 15060

# ---- watch, talk ----------------------------------------------------------------------------------------------------------------
"$root/build.sh" Shell -File "$here/watch.ps1" "$work" >"$work/table" 2>"$work/watch.log" & watcher=$!
for _ in {1..1500}; do # the shell may have to be built first
    [ ! -e "$work/ready" ] && kill -0 "$watcher" 2>/dev/null || break
    sleep 0.2
done
[ -e "$work/ready" ] || { cat "$work/watch.log" "$work/table" >&2; exit 1; }

as_real() { client curl -sk --resolve "real.example.test:$1:127.0.0.1" "${@:3}" "$2"; }
as_real 18443 https://real.example.test:18443/two --http2
as_real 18444 https://real.example.test:18444/one --http1.1
have nghttp && client nghttp http://127.0.0.1:18080/index.html
as_real 18081 http://real.example.test:18081/index.html --http2-prior-knowledge
for version in 14433:-tls1_2 14434:-tls1_3; do
    client sh -c 'printf "GET / HTTP/1.0\r\n\r\n" | openssl s_client -ign_eof "$@"' sh -connect "127.0.0.1:${version%:*}" "${version#*:}" -servername real.example.test -alpn http/1.1
done
client sh -c '(sleep 1; echo hello; sleep 1) | openssl s_client "$@"' sh -connect 127.0.0.1:14435 -dtls1_2 -servername real.example.test
client ssh -F none -p 12222 -i "$work/user" -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null root@127.0.0.1 'echo in'
have dig && client dig @127.0.0.1 -p 15353 real.example.test A && client dig +tcp @127.0.0.1 -p 15353 real.example.test A
have mosquitto_pub && client mosquitto_pub -h 127.0.0.1 -p 11883 -i real-client -u someone -P a-secret -t house/door -m open -q 1
have redis-cli && client redis-cli -p 16379 set color blue
client psql "host=127.0.0.1 port=15432 user=postgres dbname=postgres sslmode=require" -c 'select 1'
client bash -c 'exec 3<>/dev/tcp/127.0.0.1/11212; printf "set color 0 0 4\r\nblue\r\nget color\r\nquit\r\n" >&3; cat <&3'
have in.tftpd && client curl -s tftp://127.0.0.1:16969/index.html
client curl -s ftp://anonymous:a-secret@127.0.0.1:12121/
client sh -c '(sleep 1; echo QUIT; sleep 1) | openssl s_client -starttls smtp -crlf "$@"' sh -connect 127.0.0.1:12525 -servername mail.example.test
have snmpget && client snmpget -v2c -c a-secret-community 127.0.0.1:11161 1.3.6.1.2.1.1.3.0
have chronyd && client chronyd -Q -t 8 -u root -f /dev/null "pidfile $work/client.pid" 'cmdport 0' 'bindcmdaddress /' 'server 127.0.0.1 port 11123 iburst maxsamples 2'
# Debian's name servers speak QUIC over XDP only (knotd 3.2): the client's hello stays without an answer. +quic comes last, since +tls-hostname asks for TLS over TCP.
have kdig && timeout 10 kdig @127.0.0.1 -p 18853 +tls-hostname=real.example.test +quic +retry=0 real.example.test A </dev/null >/dev/null 2>&1
have ldapsearch && LDAPTLS_REQCERT=never client ldapsearch -x -ZZ -H ldap://127.0.0.1:13890 -b "" -s base
have dovecot && client curl -s imap://someone:a-secret@127.0.0.1:11143/
have mariadb && client mariadb --no-defaults -h 127.0.0.1 -P 13306 -u root -e 'select 1'
have sipsak && client sipsak -s sip:someone@127.0.0.1:15060
have nats-server && client bash -c 'exec 3<>/dev/tcp/127.0.0.1/14222; printf "CONNECT {\"verbose\":true,\"name\":\"real\"}\r\nPUB house.door 4\r\nopen\r\nPING\r\n" >&3; timeout 1 cat <&3; true'
if have openvpn; then
    openvpn --genkey secret "$work/tunnel.key"
    proto= tunnel 11940 --tls-version-max 1.2
    proto=tcp tunnel 11941 --tls-auth "$work/tunnel.key"
    proto= tunnel 11942 --tls-crypt "$work/tunnel.key"
fi
# browse PROFILE URL OPTIONS…: prints what the page says.
browse() {
    client chromium --headless --no-sandbox --disable-gpu --user-data-dir="$work/$1" --no-first-run --disable-background-networking --disable-component-update --disable-sync \
        "${@:3}" --dump-dom "$2"
}
if have chromium; then
    browse chromium https://localhost:18445/ --ignore-certificate-errors
    printf '<script>const s = new WebSocket("ws://127.0.0.1:14280/"); s.onopen = () => s.send("PING\\r\\n");</script>' >"$work/socket.html"
    browse socket "file://$work/socket.html"
    # Over QUIC the certificate is accepted by its key alone (SHA-256 of the SubjectPublicKeyInfo, base64).
    pin=$(openssl x509 -in "$work/cert.pem" -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64)
    for port in 18446 18447; do
        keys=(); [ $port = 18446 ] || keys=(--ssl-key-log-file="$work/keys")
        browse "h3-$port" "https://real.example.test:$port/page" --enable-quic --origin-to-force-quic-on="real.example.test:$port" \
            --host-resolver-rules='MAP real.example.test 127.0.0.1' --ignore-certificate-errors-spki-list="$pin" "${keys[@]}"
        grep -q 'ok over HTTP/3' "$work/client.log" || echo "run.sh: port $port was not asked over HTTP/3" >&2
    done
fi

sleep 1
touch "$work/stop"
wait "$watcher"
cat "$work/table"
cat "$work/watch.log" >&2
