#!/usr/bin/env bash
# Sets up what the tests need, builds everything, runs every suite. The last line is the sum of all suites.
#   bash tests/run.sh            everything
#   bash tests/run.sh Sink       only suites whose name contains "Sink"
set -euo pipefail
cd "$(dirname "$0")/.."
only=${1:-}

# Native libraries of OpenCV; the real parts that tests run against: broker, browser, RTSP server, clip; what trains models.
bash deploy/packages.sh libgtk-3-0 mosquitto postgresql chromium opencv-doc ffmpeg faketime systemd \
    python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad \
    gstreamer1.0-plugins-ugly gstreamer1.0-libav \
    strace softhsm2 opensc libengine-pkcs11-openssl python3-torch python3-onnx python3-opencv python3-yaml python3-matplotlib

command -v npm >/dev/null || bash deploy/packages.sh nodejs npm

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# The real YOLOX-nano of the shared data, where it is there; otherwise tests that hold our model against it skip and say so.
if [ -z "${SCE_MODELS:-}" ] && [ -d ../shared/data/models ]; then
    SCE_MODELS=$(cd ../shared/data/models && pwd)
    export SCE_MODELS
fi

echo "Restore, format, build"
dotnet restore SocialCredit.Edge.sln --locked-mode -v quiet
for folder in agent cloud-sink contract tests; do
    dotnet format whitespace "$folder" --folder --verify-no-changes
done
dotnet build SocialCredit.Edge.sln -c Release --no-restore -v quiet -nologo

logs=artifacts/test-logs
mkdir -p "$logs"
rm -f "$logs"/*

run() {
    local status=0 from=$SECONDS
    if [ "$1" = Fuzz ]; then
        SCE_IS_BUILT=1 bash tests/fuzz.sh >"$logs/$1.log" 2>&1 || status=$?
    else
        "artifacts/bin/$1.Tests/release/$1.Tests" -noColor -noLogo -showLiveOutput >"$logs/$1.log" 2>&1 || status=$?
    fi
    echo "$status" >"$logs/$1.status"
    echo "$1 ended after $((SECONDS - from)) s"
}

lane() {
    for suite in "$@"; do
        case "$suite" in *"$only"*) run "$suite" ;; esac
    done
}

passed=0 failed=0 skipped=0
report() {
    local log=$logs/$1.log status summary total errors bad out
    # One whose lane was killed has not passed.
    status=$(cat "$logs/$1.status" || echo 1)
    echo "== $1"
    # What the sink logs in process is kept in the log file.
    grep -vE '^ *(Discover|Start|Finish)|^[0-9:]{8} (DBG|INF|WRN) ' "$log" || true
    if [ "$1" = Fuzz ]; then
        # Counted as one.
        if [ "$status" -eq 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
        return
    fi
    summary=$(grep -oE 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+' "$log" | tail -n 1 || true)
    if [ -z "$summary" ]; then
        echo "$1.Tests ended without a summary (exit $status)"
        failed=$((failed + 1))
        return
    fi
    read -r total errors bad out <<<"$(grep -oE '[0-9]+' <<<"$summary" | tr '\n' ' ')"
    [ "$status" -ne 0 ] && [ $((errors + bad)) -eq 0 ] && errors=1
    passed=$((passed + total - bad - out))
    failed=$((failed + errors + bad))
    skipped=$((skipped + out))
}

echo "Run; $logs/ has what each suite prints now, and all of it is shown at the end"
# Two at a time: much of each is waiting, for processes to end and to come back, and more at once keep each other from what they wait for.
lane Agent &
lane Architecture EndToEnd Sink Fuzz &
wait
for suite in Architecture Sink EndToEnd Agent Fuzz; do
    case "$suite" in *"$only"*) report "$suite" ;; esac
done

# Once more what failed: its lines stand far above by now.
if [ "$failed" -ne 0 ]; then
    echo "== Failed"
    grep -hA 12 -E '\[FAIL\]|ended without a summary|Unhandled exception' "$logs"/*.log | head -n 60 || true
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
