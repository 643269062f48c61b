#!/usr/bin/env bash
# Installs cargo-deb in PACKAGE_TOOLS.
set -euo pipefail
export CARGO_TARGET_DIR=$PACKAGE_TOOLS/target CARGO_PROFILE_RELEASE_LTO=false CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=1
cargo install --locked --quiet --root "$PACKAGE_TOOLS" --version '^3.8' cargo-deb
rm -rf "$CARGO_TARGET_DIR"
