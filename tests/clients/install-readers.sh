#!/bin/sh
# Installs what readers.py drives. Usage: install-readers.sh FOLDER; the Python programs go to FOLDER/venv.
set -eu
folder=${1:?usage: install-readers.sh FOLDER}
mkdir -p "$folder"

missing=
for package in newsboat sfeed curl rss2email liferea xvfb xauth dbus-daemon libglib2.0-bin; do
    dpkg -s "$package" 2>/dev/null | grep -q '^Status: install ok installed' || missing="$missing $package"
done
if [ -n "$missing" ]; then
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086
    apt-get install -qq -y --no-install-recommends $missing ||
        { apt-get update -qq && apt-get install -qq -y --no-install-recommends $missing; }
fi

[ -x "$folder/venv/bin/python" ] || python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -c 'import feed2toot, reader, sgmllib' 2>/dev/null ||
    "$folder/venv/bin/pip" install -q reader==3.26 sgmllib3k==1.0.0 feed2toot==0.17
