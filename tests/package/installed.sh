#!/usr/bin/env bash
# Installs a package in a system, uses it as its own user, removes and purges it. Usage: installed.sh ROOT PACKAGE
set -euo pipefail
root=$1 # beside it, files of the same name with an ending
cp "$2" "$root/root/patchfeed.deb"

inside() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 "$@"; }
# As systemd runs a unit: with its user, its folders and its variables.
unit=(chroot --userspec=patchfeed:patchfeed "$root" /usr/bin/env -i PATH=/usr/bin:/bin HOME=/var/lib/patchfeed LC_ALL=C.UTF-8
  STATE_DIRECTORY=/var/lib/patchfeed CACHE_DIRECTORY=/var/cache/patchfeed
  PATCHFEED_BUILD="--base-url http://feeds.example.org/ --deploy=file:///var/lib/patchfeed/storage"
  PATCHFEED_SERVE="--base-url http://feeds.example.org/ --addr unix:/run/patchfeed/socket" /bin/sh -euc)
# Files and users, but for what dpkg and adduser themselves note down, and what a start of the machine clears.
everything() {
  (cd "$root" && find . -xdev ! -path './var/lib/dpkg/*' ! -path './var/log/*' ! -path './proc/*' ! -path './run/*' ! -path './etc/*-' | LC_ALL=C sort)
  cat "$root"/etc/{passwd,group,shadow,gshadow}
}
# A command of a unit, as systemd has it run.
commands() { sed -n 's/^ExecStart=//p' "$root/usr/lib/systemd/system/$1" | sed 's/\$\$/$/g; s/\\\\/\\/g'; }

before=$(everything)
inside dpkg -i /root/patchfeed.deb >/dev/null 2>"$root.log" || { cat "$root.log"; exit 1; }
for file in usr/bin/patchfeed usr/share/man/man1/patchfeed-build.1.gz usr/share/bash-completion/completions/patchfeed \
  usr/share/zsh/vendor-completions/_patchfeed usr/share/fish/vendor_completions.d/patchfeed.fish usr/share/doc/patchfeed/{README.md,NOTICES.gz,copyright,changelog.Debian.gz} \
  usr/lib/systemd/system/patchfeed-{serve.service,publish.service,publish.timer} etc/patchfeed/environment; do
  test -f "$root/$file" || { echo "/$file isn't there"; exit 1; }
done
inside getent passwd patchfeed >/dev/null || { echo "it has no user"; exit 1; }
test "$(stat -c %a "$root/etc/patchfeed/environment")" = 600 || { echo "others can read secrets"; exit 1; }

# The system has no systemd, and so none of its own units.
if command -v systemd-analyze >/dev/null; then
  said=$(for unit in serve.service publish.service publish.timer; do
    systemd-analyze --root="$root" --man=no verify "/usr/lib/systemd/system/patchfeed-$unit" 2>&1 | grep patchfeed | grep -v 'Unit sysinit.target not found' || true
  done)
  [ -z "$said" ] || { echo "$said"; exit 1; }
else
  echo "units: not verified, there is no systemd-analyze"
fi

# What systemd makes for the units.
mkdir -p "$root"/var/{lib,cache}/patchfeed "$root/run/patchfeed"
inside chown patchfeed: /var/lib/patchfeed /var/cache/patchfeed /run/patchfeed
inside sh -c 'cd /etc/patchfeed && patchfeed --quiet init'
"${unit[@]}" "cd /etc/patchfeed; $(commands patchfeed-publish.service)" 2>"$root.log" || { cat "$root.log"; exit 1; }
for file in site/index.html site/all.atom storage/index.html storage/riscv.json; do
  test -s "$root/var/lib/patchfeed/$file" || { echo "$file wasn't made"; exit 1; }
done

"${unit[@]}" "cd /etc/patchfeed; exec $(commands patchfeed-serve.service)" >"$root.log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT
curl --silent --fail --retry 20 --retry-delay 1 --retry-all-errors --output "$root.served" --unix-socket "$root/run/patchfeed/socket" http://feeds.example.org/all.atom ||
  { cat "$root.log"; exit 1; }
grep -q 'http://feeds.example.org/all.atom' "$root.served" || { echo "what is served isn't this site"; exit 1; }
kill $server
wait $server 2>/dev/null && status=0 || status=$?
[ $status = 143 ] || { echo "the server ended with $status"; exit 1; }
trap - EXIT
rm -rf "$root/run/patchfeed"

inside dpkg -i /root/patchfeed.deb >/dev/null 2>&1 || { echo "it can't be installed again"; exit 1; }
inside dpkg -r patchfeed >/dev/null 2>&1
test ! -e "$root/usr/bin/patchfeed" || { echo "it wasn't removed"; exit 1; }
for kept in etc/patchfeed/environment var/lib/patchfeed/site/index.html; do
  test -f "$root/$kept" || { echo "/$kept went before a purge"; exit 1; }
done
inside dpkg -P patchfeed >/dev/null 2>&1
after=$(everything)
rm "$root/root/patchfeed.deb"
[ "$before" = "$after" ] || { diff <(echo "$before") <(echo "$after"); exit 1; }
