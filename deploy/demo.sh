#!/usr/bin/env bash
# A real street clip becomes anonymised records, MQTT messages and a zone's score, on this machine alone.
#   bash deploy/demo.sh            runs once and ends by itself
#   bash deploy/demo.sh --serve    keeps the dashboard up until Ctrl+C
set -euo pipefail
cd "$(dirname "$0")/.."
work=$PWD/.demo
serve=0
case "${1:-}" in
    "") ;;
    --serve) serve=1 ;;
    *) echo "usage: bash deploy/demo.sh [--serve]" >&2; exit 2 ;;
esac

step() { printf '\n== %s\n' "$*"; }
fail() { echo "demo: $*" >&2; exit 1; }
free_port() { # the first free port from $1 on
    local port=$1
    while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
    echo "$port"
}

step "What the machine needs"
command -v dotnet >/dev/null || fail "the .NET 10 SDK is not installed: see https://dotnet.microsoft.com/download/dotnet/10.0"
bash deploy/packages.sh libgtk-3-0
# The sink's pages are built with it.
command -v npm >/dev/null || bash deploy/packages.sh nodejs npm

step "The clip: PETS2009 S2.L1, a campus road, 795 frames"
clip=
for place in ../shared/data/clips/vtest.avi .cache/vtest.avi /usr/share/doc/opencv-doc/examples/data/vtest.avi; do
    [ -f "$place" ] && { clip=$(realpath "$place"); break; }
done
if [ -z "$clip" ]; then
    echo "Fetching it out of Debian's package opencv-doc"
    mkdir -p .cache/deb
    (cd .cache/deb && apt-get download -qq opencv-doc && dpkg-deb -x opencv-doc_*.deb .) ||
        fail "apt-get download opencv-doc failed; put vtest.avi into .cache/ by hand"
    cp .cache/deb/usr/share/doc/opencv-doc/examples/data/vtest.avi .cache/vtest.avi
    rm -rf .cache/deb
    clip=$PWD/.cache/vtest.avi
fi
echo "$clip"

step "Build"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
for project in agent/Host/SocialCredit.Edge.Host.csproj cloud-sink/SocialCredit.Edge.Sink.csproj; do
    dotnet build "$project" -c Release -v quiet -nologo || fail "the build failed"
done
edge=artifacts/bin/SocialCredit.Edge.Host/release/edge
sink=artifacts/bin/SocialCredit.Edge.Sink/release/sink

step "The model"
"$edge" models verify street-320 || fail "models/street-320 is not as it was committed"

step "The sink: broker on loopback, store, score, dashboard"
rm -rf "$work"
mkdir -p "$work"
mqtt_port=$(free_port 18830) http_port=$(free_port 18080)
cp deploy/demo/policy.yaml deploy/demo/sensors.yaml "$work/"
for file in edge.yaml sink.yaml; do
    sed -e "s#@CLIP@#$clip#; s#@MQTT_PORT@#$mqtt_port#; s#@HTTP_PORT@#$http_port#" "deploy/demo/$file" >"$work/$file"
done
"$sink" simulate --config "$work/sink.yaml"
"$sink" run --config "$work/sink.yaml" &
sink_pid=$!
trap 'kill "$sink_pid" 2>/dev/null; wait "$sink_pid" 2>/dev/null || true' EXIT
for _ in $(seq 100); do
    (exec 3<>"/dev/tcp/127.0.0.1/$http_port") 2>/dev/null && (exec 3<>"/dev/tcp/127.0.0.1/$mqtt_port") 2>/dev/null && break
    kill -0 "$sink_pid" 2>/dev/null || fail "the sink ended, see above"
    sleep 0.2
done

step "The agent: camera to record, until the clip ends and the sink has everything"
"$edge" run --config "$work/edge.yaml"

step "What came out"
today=$(date -u +%F)
"$sink" score --config "$work/sink.yaml" --zone campus-road --as-of "$today"
"$sink" explain --config "$work/sink.yaml" --zone campus-road --as-of "$today"

step "What this device can send: signed by it, and the sink counts nothing else"
echo "$("$edge" privacy manifest --config "$work/edge.yaml" | tail -n 1); in plain words at http://127.0.0.1:$http_port/devices/edge-demo"

step "What a month looks like: a simulated zone"
"$sink" explain --config "$work/sink.yaml" --zone simulated-school-crossing --as-of "$today"
echo
echo "Dashboard: http://127.0.0.1:$http_port/"
if [ "$serve" -eq 1 ]; then
    echo "Ctrl+C ends it."
    wait "$sink_pid"
else
    echo "It ends with this script; bash deploy/demo.sh --serve keeps it up."
fi
