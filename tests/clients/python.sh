#!/bin/sh
# Installs Python packages below FOLDER/venv if MODULES, words for "import", aren't there.
# Usage: python.sh FOLDER MODULES PACKAGE ...
set -eu
folder=$1 modules=$2
shift 2
venv=$folder/venv
if ! "$venv/bin/pip" --version >/dev/null 2>&1; then
    python3 -m venv --clear "$venv" || {
        sh "$(dirname "$0")/packages.sh" python3-venv
        python3 -m venv --clear "$venv"
    }
fi
"$venv/bin/python" -c "import $modules" 2>/dev/null ||
    "$venv/bin/pip" install --quiet --disable-pip-version-check --root-user-action=ignore "$@"
