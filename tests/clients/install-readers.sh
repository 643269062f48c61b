#!/bin/sh
# Installs what readers.py drives. Usage: install-readers.sh FOLDER; the Python programs go to FOLDER/venv.
set -eu
folder=${1:?usage: install-readers.sh FOLDER}
mkdir -p "$folder"
here=$(dirname "$0")

sh "$here/packages.sh" newsboat sfeed curl rss2email liferea xvfb xauth dbus-daemon libglib2.0-bin emacs-nox \
    elpa-elfeed rsstail

sh "$here/python.sh" "$folder" "feed2toot, reader, sgmllib" reader==3.26 sgmllib3k==1.0.0 feed2toot==0.17
