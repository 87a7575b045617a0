#!/bin/sh
# Usage: build.sh OBJECT      Compiles connections.bpf.c. Without clang or libbpf's headers there is no object, and the build goes on: the module then says
# in Get-NetMonitorCapability that eBPF is missing and why.
cd "$(dirname "$0")" || exit 1
object=$1
for clang in clang clang-19 clang-18 clang-17 clang-16 clang-15 clang-14; do
    command -v "$clang" >/dev/null && break
    clang=
done
if [ -z "$clang" ]; then
    echo 'no clang: built without eBPF'
    exit 0
fi
case $(uname -m) in
    x86_64) arch=x86 ;;
    aarch64) arch=arm64 ;;
    *) arch=$(uname -m) ;;
esac
# The kernel's headers of the machine are below its triplet on Debian and its kin.
if ! output=$("$clang" -O2 -g -Wall -Werror -target bpf -mcpu=v3 -D__TARGET_ARCH_$arch -I"/usr/include/$(uname -m)-linux-gnu" \
    -c connections.bpf.c -o "$object.new" 2>&1); then
    rm -f "$object.new"
    echo "built without eBPF: $(printf '%s\n' "$output" | grep -m 1 error)"
    exit 0
fi
# The debugging information is not needed, the type information that libbpf relocates by is kept.
strip=llvm-strip${clang#clang}
if command -v "$strip" >/dev/null; then
    "$strip" -g "$object.new"
fi
mv "$object.new" "$object"
