#!/bin/sh
# Installs the feed parsers that parsers.py drives; quick when all is there.
# Usage: install-parsers.sh FOLDER: venv, node_modules and simplepie go below it, other Debian packages into the system.
set -eu
folder=${1:?usage: install-parsers.sh FOLDER}
mkdir -p "$folder"

missing=
for package in php-cli php-mbstring php-xml; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
for program in nodejs:node npm:npm; do
    command -v "${program#*:}" >/dev/null || missing="$missing ${program%:*}"
done
simplepie=$folder/simplepie/class-simplepie.php
if [ -n "$missing" ] || [ ! -f "$simplepie" ]; then
    apt-get -q update
fi
if [ -n "$missing" ]; then
    # shellcheck disable=SC2086 # one word a package
    DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install $missing
fi

# SimplePie 1.5.8, from Debian's WordPress: libphp-simplepie's 1.3.1 fails on dates on PHP 8 (Parse/Date.php, 544, 693).
if [ ! -f "$simplepie" ]; then
    deb=$(mktemp -d)
    trap 'rm -rf "$deb"' EXIT
    (cd "$deb" && apt-get -q -o APT::Sandbox::User=root download wordpress)
    mkdir -p "$folder/simplepie"
    dpkg-deb --fsys-tarfile "$deb"/wordpress_*.deb | tar -x -C "$folder/simplepie" --strip-components=5 \
        ./usr/share/wordpress/wp-includes/SimplePie ./usr/share/wordpress/wp-includes/class-simplepie.php
fi

[ -x "$folder/venv/bin/python" ] || python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -c 'import feedparser' 2>/dev/null || "$folder/venv/bin/pip" install -q 'feedparser==6.0.*'

for package in rss-parser feedparser @rowanmanning/feed-parser feedsmith; do
    [ -f "$folder/node_modules/$package/package.json" ] && continue
    npm install --prefix "$folder" --no-audit --no-fund --no-save --loglevel error \
        rss-parser@3 feedparser@2 @rowanmanning/feed-parser@2 feedsmith@3
    break
done
