#!/bin/sh
# The Java agent's tests, on the JDK that Maven uses and the agent under every other JDK there is.
# The last line is `N passed, M failed`.
set -u
cd "$(dirname "$0")/.."
sh scripts/build-agent-java.sh || { echo '0 passed, 1 failed'; exit 1; }
cd agents/java
rm -rf target/surefire-reports
# JDKs that hosts may run on: those of this machine, whatever their makers call their folders.
jdks=$(for java in /usr/lib/jvm/*/bin/java; do [ -x "$java" ] && readlink -f "$java"; done | sort -u | tr '\n' ':')
log=$(mktemp)
trap 'rm -f "$log"' EXIT
run() { mvn "$@" -B -q "-Dwick.javas=$jdks" test >"$log" 2>&1; }
run --offline || { grep -q 'in offline mode' "$log" && run; }
code=$?
[ "$code" -eq 0 ] || grep -v '^\[INFO\]' "$log" | head -n 200
sum() { cat target/surefire-reports/TEST-*.xml 2>/dev/null | sed -n "s/.*<testsuite .* $1=\"\([0-9]*\)\".*/\1/p" | awk '{ n += $1 } END { print n + 0 }'; }
tests=$(sum tests)
failed=$(($(sum failures) + $(sum errors)))
passed=$((tests - failed - $(sum skipped)))
if [ "$tests" -eq 0 ] || { [ "$code" -ne 0 ] && [ "$failed" -eq 0 ]; }; then failed=$((failed + 1)); fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
