#!/usr/bin/env bash
# Installs the Debian packages named as arguments that are missing. Works as root and with sudo; says what it does.
# With neither, or without apt, it names what is missing and goes on: what needs it will say so.
set -euo pipefail

missing=()
for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if ! command -v apt-get >/dev/null; then
    echo "Not installed, and this system has no apt-get: ${missing[*]}" >&2
    exit 0
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "Not installed, and neither root nor sudo is here: ${missing[*]}" >&2
        exit 0
    fi
    as_root=(sudo)
fi

echo "Installing with apt: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
install() { "${as_root[@]}" apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }
install "${missing[@]}" 2>/dev/null && exit 0
"${as_root[@]}" apt-get update -qq || true
install "${missing[@]}" && exit 0
# One name that this release does not have must not keep the others away.
for package in "${missing[@]}"; do
    install "$package" || echo "apt could not install $package" >&2
done
