#!/bin/sh
# Installs the feed parsers that parsers.py drives; quick when all is there.
# Usage: install-parsers.sh FOLDER: venv, node_modules and simplepie go below it, other Debian packages into the system.
set -eu
folder=${1:?usage: install-parsers.sh FOLDER}
mkdir -p "$folder"
here=$(dirname "$0")

set -- php-cli php-mbstring php-xml
for program in nodejs:node npm:npm; do
    command -v "${program#*:}" >/dev/null || set -- "$@" "${program%:*}"
done
sh "$here/packages.sh" "$@"

# SimplePie 1.5.8, from Debian's WordPress: libphp-simplepie's 1.3.1 fails on dates on PHP 8 (Parse/Date.php, 544, 693).
simplepie=$folder/simplepie/class-simplepie.php
if [ ! -f "$simplepie" ]; then
    deb=$(mktemp -d)
    trap 'rm -rf "$deb"' EXIT
    apt-get -qq -o Acquire::Retries=3 update
    (cd "$deb" && apt-get -qq -o Acquire::Retries=3 -o APT::Sandbox::User=root download wordpress)
    mkdir -p "$folder/simplepie"
    dpkg-deb --fsys-tarfile "$deb"/wordpress_*.deb | tar -x -C "$folder/simplepie" --strip-components=5 \
        ./usr/share/wordpress/wp-includes/SimplePie ./usr/share/wordpress/wp-includes/class-simplepie.php
fi

sh "$here/python.sh" "$folder" feedparser 'feedparser==6.0.*'

# feed-reader, feed-extractor up to 7.1.4 and rss-to-json take fast-xml-parser 4, which has refused documents with more
# than 1,000 references to entities since 4.5.4; npm puts the newer one of feedsmith below feedsmith.
for package in rss-parser feedparser @rowanmanning/feed-parser feedsmith feed-reader @extractus/feed-extractor rss-to-json; do
    [ -f "$folder/node_modules/$package/package.json" ] && continue
    npm install --prefix "$folder" --no-audit --no-fund --no-save --loglevel error \
        rss-parser@3 feedparser@2 @rowanmanning/feed-parser@2 feedsmith@3 \
        feed-reader@6.1.3 @extractus/feed-extractor@7.1.4 rss-to-json@2.1.1 fast-xml-parser@4.5.7
    break
done
