#!/usr/bin/env bash
# Completions of a package, each in its shell, where that is installed. Usage: shells.sh FILES
set -euo pipefail
share=$1/usr/share

completed=$(bash -c '. "$1"; COMP_WORDS=(patchfeed bu) COMP_CWORD=1; _patchfeed patchfeed bu patchfeed; echo "${COMPREPLY[@]}"' - \
  "$share/bash-completion/completions/patchfeed")
[ "$completed" = build ] || { echo "bash completes bu to: $completed"; exit 1; }
grep -q '^#compdef patchfeed$' "$share/zsh/vendor-completions/_patchfeed"
grep -q '^complete -c patchfeed ' "$share/fish/vendor_completions.d/patchfeed.fish"
if command -v zsh >/dev/null; then zsh -n "$share/zsh/vendor-completions/_patchfeed"; fi
if command -v fish >/dev/null; then fish -n "$share/fish/vendor_completions.d/patchfeed.fish"; fi
