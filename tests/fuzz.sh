#!/usr/bin/env bash
# Feeds hostile inputs to every reader: nothing may throw, hang, take memory without bound or accept what it must not.
#   bash tests/fuzz.sh                                   50,000 inputs for each target
#   SCE_FUZZ_INPUTS=1000000 bash tests/fuzz.sh           as many as at night
#   SCE_FUZZ_SEED=7 bash tests/fuzz.sh record policy     these targets, from another seed
# What breaks a target is left in artifacts/fuzz/, with the command that tries it again.
set -euo pipefail
cd "$(dirname "$0")/.."
inputs=${SCE_FUZZ_INPUTS:-50000} seed=${SCE_FUZZ_SEED:-1}
folder=artifacts/fuzz

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_gcServer=0
# A reader that takes memory without bound must end, and not the machine.
export DOTNET_GCHeapHardLimit=0x40000000 DOTNET_GCgen0size=0x2000000
mkdir -p "$folder"
[ -n "${SCE_IS_BUILT:-}" ] || dotnet build tests/Fuzz -c Release -v quiet -nologo
fuzz=artifacts/bin/Fuzz/release/Fuzz
"$fuzz" instrument

failed=0 count=0
for target in $("$fuzz" planted); do
    count=$((count + 1))
    if "$fuzz" run "$target" 500000 1 "$folder/planted" </dev/null >/dev/null 2>&1; then
        echo "$target was not found to be broken"
        failed=$((failed + 1))
    fi
done
# As many side by side as there are processors; each is the same whatever runs beside it.
try() {
    status=0
    "$fuzz" run "$1" "$inputs" "$seed" "$folder" </dev/null 2>&1 || status=$?
    [ "$status" -ne 0 ] || return 0
    # A process that ended by itself has left the input that it was judging.
    [ ! -e "$folder/$1.current" ] || echo "$1 ended with $status at: $fuzz replay $1 $folder/$1.current"
    return 1
}
export -f try
export fuzz inputs seed folder
targets=${*:-$("$fuzz" list)}
count=$((count + $(wc -w <<<"$targets")))
: >"$folder/failed"
tr ' ' '\n' <<<"$targets" | xargs -P "$(nproc)" -I{} bash -c 'try {} >"$folder/{}.log" || echo {} >>"$folder/failed"; cat "$folder/{}.log"'
failed=$((failed + $(wc -l <"$folder/failed")))

echo "Fuzz: $((count - failed)) passed, $failed failed, $inputs inputs for each target"
[ "$failed" -eq 0 ]
