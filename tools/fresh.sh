#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The README's two commands in a new Debian 12 root made by debootstrap from this machine's own apt
# sources. Takes the files as git has them (committed or changed). Run as root through ./dev fresh.
# FRESH_ROOT=DIR keeps the root there; without it, it is made in a temporary folder and removed.
set -eu

# The first Debian archive for bookworm in this machine's sources, either format.
mirror() {
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
        awk '$1 == "deb" { sub(/\[[^]]*\] */, ""); if ($3 == "bookworm") print $2 }'
    for file in /etc/apt/sources.list.d/*.sources; do
        [ -f "$file" ] || continue
        awk 'BEGIN { RS = ""; FS = "\n" }
            { uri = ""; hit = 0
              for (i = 1; i <= NF; i++) {
                  if ($i ~ /^URIs:/) { split($i, part, /[ \t]+/); uri = part[2] }
                  if ($i ~ /^Suites:/ && ($i " ") ~ /[ \t]bookworm[ \t]/) hit = 1
              }
              if (hit) print uri }' "$file"
    done
}

uri=$(mirror | head -n 1)
[ -n "$uri" ] || { echo "fresh: no bookworm archive in /etc/apt" >&2; exit 1; }
keep=${FRESH_ROOT:+yes}
root=${FRESH_ROOT:-$(mktemp -d)}
clean() {
    status=$?
    for point in proc dev; do
        ! mountpoint -q "$root/$point" || umount "$root/$point" || umount -l "$root/$point"
    done
    [ -n "$keep" ] || rm -rf --one-file-system "$root"
    exit "$status"
}
trap clean EXIT
trap 'exit 130' INT TERM

if [ ! -x "$root/usr/bin/apt-get" ]; then
    echo "== debootstrap bookworm into $root" >&2
    debootstrap --variant=minbase --include=ca-certificates bookworm "$root" "$uri" >&2
fi
# This machine's proxies and other apt settings; its Debian archives, updates included.
cp -R /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/"
[ ! -f /etc/apt/apt.conf ] || cp /etc/apt/apt.conf "$root/etc/apt/"
[ ! -f /etc/resolv.conf ] || cp -L /etc/resolv.conf "$root/etc/resolv.conf"

mkdir -p "$root/dev" "$root/proc"
mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
mountpoint -q "$root/dev" || mount --bind /dev "$root/dev"

rm -rf "$root/src"
mkdir -p "$root/src/datum"
git ls-files -z --cached --others --exclude-standard | tar -c --null -T - | tar -x -C "$root/src/datum"

inside() {
    echo "== fresh: $*" >&2
    chroot "$root" /usr/bin/env -i HOME=/root LANG=C.UTF-8 \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
        sh -c 'cd /src/datum && exec "$@"' sh "$@" </dev/null
}
inside ./dev demo
inside ./dev test
echo "fresh: both commands work in a clean Debian 12 root" >&2
