#!/bin/sh
# Installs the servers that servers.py starts; quick when all is there. Usage: install.sh FOLDER: venv and node_modules go
# below it, other Debian packages into the system. A server that can't be had is skipped by the tests.
set -eu
folder=${1:?usage: install.sh FOLDER}
clients=$(dirname "$0")/../clients

sh "$clients/packages.sh" ngircd postfix || echo "ngIRCd or Postfix can't be installed" >&2
for program in nodejs:node npm:npm; do
    command -v "${program#*:}" >/dev/null || sh "$clients/packages.sh" "${program%:*}" || true
done

# The stubs need these.
sh "$clients/python.sh" "$folder" "aiosmtpd, linkify_it, markdown, markdown_it, regex" \
    aiosmtpd==1.4.6 Markdown==3.7 markdown-it-py==3.0.0 linkify-it-py==2.2.0 regex
sh "$clients/python.sh" "$folder" synapse matrix-synapse==1.163.2 || echo "Synapse can't be installed" >&2
sh "$clients/python.sh" "$folder" mastodon_mock mastodon-mock==0.6.1 || echo "mastodon-mock can't be installed" >&2

# npm takes away what a later call doesn't name, so one names all: servers, and programs that render messages.
for package in @atproto/pds @did-plc/server telegram-test-api @mattermost/commonmark @odiffey/discord-markdown; do
    [ -f "$folder/node_modules/$package/package.json" ] && continue
    npm install --prefix "$folder" --no-audit --no-fund --no-save --loglevel error \
        @atproto/pds@0.4.217 @did-plc/server@0.0.1 telegram-test-api@4.2.1 @mattermost/commonmark@0.31.2-0 \
        @odiffey/discord-markdown@3.3.0 || echo "no servers of Node's can be installed" >&2
    break
done
