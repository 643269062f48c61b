# The published site says which feeds there are: those that have fallen silent stay, and a build that would lose archives stops.
list=$SITE/.patchfeed/manifest
mkdir -p "$SITE/.patchfeed"
status=$(curl --silent --show-error --location --globoff --retry 3 --output "$list" --write-out '%{http_code}' "${BASE_URL}patchfeed-manifest.txt")
if [ "$status" = 200 ] && grep -q '^patchfeed manifest' "$list"; then
  grep '^[^/]*\.html$' "$list" | while IFS= read -r page; do
    curl --silent --show-error --location --globoff --retry 3 --fail --output "$SITE/$page" "$BASE_URL$page"
  done
elif [ "$status" = 200 ] || [ "$status" = 404 ]; then
  echo "no site at $BASE_URL yet: this is the first one"
  rm -f "$list"
else
  echo "$BASE_URL answers $status, so what is published there isn't known; run this again later"
  exit 1
fi
