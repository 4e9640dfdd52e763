#!/usr/bin/env bash
# The long forms of what tests/run.sh does in short: faults, a camera that comes and goes, hostile inputs. Several hours on two cores.
# Another seed each night: SCE_SEED=$(date +%Y%m%d) bash tests/nightly.sh
set -uo pipefail
cd "$(dirname "$0")/.."
dotnet build SocialCredit.Edge.sln -c Release -v quiet -nologo || exit 1

failed=0
try() {
    echo "== $1"
    shift
    env "$@" -noColor -noLogo -showLiveOutput || failed=$((failed + 1))
}
endToEnd=artifacts/bin/EndToEnd.Tests/release/EndToEnd.Tests agent=artifacts/bin/Agent.Tests/release/Agent.Tests
try "2,000 faults" SCE_CHAOS_FAULTS=2000 "$endToEnd" -class '*ChaosTests'
try "A broker that is away for 60 s, ten times" SCE_OUTAGE_SECONDS=60 "$endToEnd" -class '*DeliveryTests'
try "Clips as long as they are" SCE_WHOLE_CLIPS=1 "$agent" -class '*RealClipTests' -class '*OwnModelsTests'
# As the agent bounds its own heaps: a test process has threads before it could.
export MALLOC_ARENA_MAX=1
try "A camera that flaps every 5 s for 20 minutes, and one that is off" SCE_SOAK_MINUTES=20 "$agent" -class '*CameraSoakTests'
try "1,000 reconnects of the real decoder" SCE_SOAK_RECONNECTS=1000 "$agent" -method '*A_camera_that_flaps_costs_nothing_that_grows'
echo "== 1,000,000 hostile inputs for each reader"
SCE_FUZZ_INPUTS=1000000 bash tests/fuzz.sh || failed=$((failed + 1))

echo "$failed of 6 failed"
[ "$failed" -eq 0 ]
