#!/usr/bin/env bash
# The manual's pages of a package: all there, without a warning, and found by name. Usage: manual.sh FILES
set -euo pipefail
pages=$1/usr/share/man/man1
program=$1/usr/bin/patchfeed

for command in "" $("$program" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]\+\) .*/\1/p' | grep -v '^help$'); do
  name=patchfeed${command:+-$command}
  page=$pages/$name.1.gz
  test -f "$page" || { echo "there is no page of $name"; exit 1; }
  warnings=$(MANROFFSEQ='' MANWIDTH=80 LC_ALL=C.UTF-8 man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >/dev/null)
  # It has no date, so that it is the same whenever it is made; clap_mangen puts breaks around lists of values.
  warnings+=$(gzip -dc "$page" | mandoc -T lint -W warning | grep -v 'missing date, using ""\|skipping paragraph macro: br' || true)
  [ -z "$warnings" ] || { echo "$name: $warnings"; exit 1; }
  lexgrog "$page" | grep -q "$name - " || { echo "$name: whatis finds no name in it"; exit 1; }
done

again=$(mktemp -d)
trap 'rm -rf "$again"' EXIT
"$program" man --out "$again"
for page in "$again"/*; do
  gzip -dc "$pages/${page##*/}.gz" | cmp - "$page"
done
