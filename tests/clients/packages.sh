#!/bin/sh
# Installs the Debian packages that are missing; needs root then. Usage: packages.sh PACKAGE ...
set -eu
missing=
for package; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
export DEBIAN_FRONTEND=noninteractive
apt-get -qq -o Acquire::Retries=3 update
# shellcheck disable=SC2086 # one word a package
apt-get -qq -y -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 --no-install-recommends install $missing >/dev/null
