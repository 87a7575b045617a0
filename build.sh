#!/usr/bin/env bash
# Usage: build.sh TASK [ARGS…]      Tasks and their arguments: build.ps1, which does the work. This script only makes sure there is something to run it with:
# it installs what is missing, finds PowerShell 7.6 or builds our own shell, and hands over. Says nothing when there is nothing to do.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
shell_dir=$root/out/shell
shell=$shell_dir/netmonitor-shell
export PATH=$PATH:/usr/sbin:/sbin # ip, dnsmasq and tcpdump lie there, where not every user's shell looks
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 POWERSHELL_TELEMETRY_OPTOUT=1
if [ "${CI:-}" = true ]; then
    export MSBUILDDISABLENODEREUSE=1 # no build server outlives the job
fi

say() { printf '%s\n' "build.sh: $*" >&2; }

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif ! command -v sudo >/dev/null; then
        return 1
    elif [ -t 0 ]; then
        sudo "$@"
    else
        sudo -n "$@" # nobody is there to type a password
    fi
}

# apt_install PACKAGE: the package lists of a bare machine are empty or old, so they are fetched when the first try fails.
apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1" >/dev/null 2>&1 && return
    as_root apt-get update -qq >&2 && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1" >&2
}

have_libpcap() {
    [ "$(uname)" = Darwin ] && return # part of the system, not a file
    local file
    for file in /usr/lib/*/libpcap.so.* /lib/*/libpcap.so.* /usr/lib/libpcap.so.* /usr/lib64/libpcap.so.* /lib/libpcap.so.* /usr/local/lib/libpcap.so.*; do
        [ -e "$file" ] && return
    done
    return 1
}

# Live capture needs libpcap. Without it capture files can still be read, so a failure here is only told.
ensure_libpcap() {
    have_libpcap && return
    if command -v apt-get >/dev/null; then
        say 'installing libpcap0.8'
        apt_install libpcap0.8 || say 'could not install it. Run: sudo apt-get update && sudo apt-get install -y libpcap0.8'
        return
    fi
    local tool command
    for tool in dnf pacman zypper apk brew; do
        command -v "$tool" >/dev/null || continue
        case $tool in
            dnf) command='sudo dnf install -y libpcap' ;;
            pacman) command='sudo pacman -S --noconfirm libpcap' ;;
            zypper) command='sudo zypper install -y libpcap1' ;;
            apk) command='sudo apk add libpcap' ;;
            brew) command='brew install libpcap' ;;
        esac
        say "live capture needs libpcap. Run: $command"
        return
    done
    say 'live capture needs libpcap. Install it with the package manager of this system.'
}

# The end-to-end tests use real clients and servers in a namespace. Without them those tests are skipped, and say so.
ensure_test_programs() {
    local program package
    for program in ip:iproute2 openssl:openssl curl:curl dnsmasq:dnsmasq-base dig:bind9-dnsutils; do
        package=${program#*:}
        command -v "${program%:*}" >/dev/null && continue
        command -v apt-get >/dev/null || continue
        say "installing $package for the end-to-end tests"
        apt_install "$package" || say "could not install it; the tests that need it are skipped"
    done
}

have_clang() { compgen -c clang | grep -qE '^clang(-1[4-9])?$'; }

# The kernel program that names short-lived processes is compiled by clang. Without it the module has none, and says so; everything else works.
ensure_ebpf_tools() {
    [ "$(uname)" = Linux ] && command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] || return 0
    have_clang || { say 'installing clang for the eBPF program'; apt_install clang || say 'could not install it: built without eBPF'; }
    [ -e /usr/include/bpf/bpf_helpers.h ] || { say 'installing libbpf-dev'; apt_install libbpf-dev || say 'could not install it: built without eBPF'; }
}

have_sdk() { command -v dotnet >/dev/null && dotnet --list-sdks | grep -qE '^[1-9][0-9]\.'; }

ensure_sdk() {
    if ! command -v dotnet >/dev/null && [ -x "$HOME/.dotnet/dotnet" ]; then
        PATH=$HOME/.dotnet:$PATH
    fi
    have_sdk && return
    if command -v apt-cache >/dev/null && apt-cache show dotnet-sdk-10.0 >/dev/null 2>&1; then
        say 'installing dotnet-sdk-10.0'
        apt_install dotnet-sdk-10.0 && have_sdk && return
    fi
    say 'the .NET 10 SDK is needed. Run: curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0'
    say 'or see https://learn.microsoft.com/dotnet/core/install'
    exit 69 # EX_UNAVAILABLE
}

find_pwsh() {
    local version
    command -v pwsh >/dev/null || return
    version=$(pwsh --version 2>/dev/null) || return
    case ${version#PowerShell } in
        7.[6-9]* | 7.[1-9][0-9]* | [89].* | [1-9][0-9].*) ;;
        *) return 1 ;;
    esac
}

# Files are compared with the start of the last build, so an edit made while it ran counts; folders with its end, since building touches them.
shell_is_current() {
    [ -x "$shell" ] && [ -e "$shell_dir/.started" ] && [ -e "$shell_dir/.finished" ] || return
    [ -z "$(find "$root/src/NetMonitor.Shell" "$root/Directory.Build.props" "$root/Directory.Packages.props" \
        \( -name bin -o -name obj \) -prune -o -name 'packages*.lock.json' -o \
        \( -type f -newer "$shell_dir/.started" -o -type d -newer "$shell_dir/.finished" \) -print)" ]
}

build_shell() {
    local project=$root/src/NetMonitor.Shell/NetMonitor.Shell.csproj fresh=$root/out/shell.new runtime output
    ensure_sdk
    say 'building the shell (no PowerShell 7.6 here)'
    rm -rf "$fresh"
    mkdir -p "$fresh"
    touch "$fresh/.started"
    runtime=$(dotnet msbuild "$project" -getProperty:NETCoreSdkPortableRuntimeIdentifier)
    if ! output=$(dotnet publish "$project" -c Release -r "$runtime" --self-contained false -p:PublishReadyToRun=true -o "$fresh" -v q 2>&1); then
        printf '%s\n' "$output" >&2
        exit 1
    fi
    touch "$fresh/.finished"
    rm -rf "$shell_dir" # a shell that runs keeps its files; it must never see them change
    mv "$fresh" "$shell_dir"
}

ensure_shell() {
    shell_is_current && return
    mkdir -p "$root/out"
    # Descriptor 8 holds the lock. Closed for what is started meanwhile: build servers live on and would keep it.
    exec 8>"$root/out/.lock"
    if command -v flock >/dev/null; then
        flock 8
    fi
    shell_is_current || build_shell 8>&-
    exec 8>&-
}

[ "${1:-}" = Clean ] || ensure_libpcap
[ "${1:-}" != Test ] || ensure_test_programs
case ${1:-} in Build | Test | Pack) ensure_ebpf_tools ;; esac
if find_pwsh; then
    exec pwsh -NoLogo -NoProfile -File "$root/build.ps1" "$@"
fi
ensure_shell
if [ -z "${DOTNET_ROOT:-}" ] && [ -x "$HOME/.dotnet/dotnet" ] && ! command -v dotnet >/dev/null; then
    export DOTNET_ROOT=$HOME/.dotnet PATH=$HOME/.dotnet:$PATH
fi
exec "$shell" -NoModule -File "$root/build.ps1" "$@"
