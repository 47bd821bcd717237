#!/bin/sh
# Measures whole gateway processes: start to HCI ready, start to encrypted, heap, size. Prints a table.
#   startup.sh [TIMES]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
gateway=$here/../../features/gateway/target
[ -f "$gateway/everbond.jar" ] && [ -d "$here/target/lib" ] || (cd "$here/../.." && mvn -q -B -ntp -DskipTests package)
exec java -cp "$here/target/classes:$here/target/lib/*" org.everbond.benchmarks.WholeProcess "$gateway" "${1:-11}"
