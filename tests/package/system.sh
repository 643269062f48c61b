#!/usr/bin/env bash
# Makes a small Debian system of this machine's release, from where its apt gets packages. Usage: system.sh FOLDER
set -euo pipefail
. /etc/os-release
kept=$PACKAGE_TOOLS/system-$VERSION_CODENAME.tar
if [ ! -f "$kept" ]; then
  mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Origin: Debian' "Codename: $VERSION_CODENAME" | head -n 1)
  proxy=$(apt-config shell proxy Acquire::http::Proxy)
  eval "$proxy"
  [ -z "${proxy:-}" ] || export http_proxy=$proxy
  made=$(mktemp -d)
  trap 'rm -rf --one-file-system "$made"' EXIT
  debootstrap --variant=minbase "$VERSION_CODENAME" "$made/root" "$mirror" >"$made/log" 2>&1 || { tail -n 5 "$made/log"; exit 1; }
  rm -rf "$made"/root/var/cache/apt/archives/*.deb "$made"/root/var/lib/apt/lists/*
  tar -cf "$kept.new" -C "$made/root" .
  mv "$kept.new" "$kept"
fi
mkdir -p "$1"
tar -xpf "$kept" -C "$1"
