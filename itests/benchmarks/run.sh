#!/bin/sh
# Runs the JMH benchmarks; arguments go to JMH, such as: run.sh Pairing -f 3
# The disk that is measured is that of the working directory; -jvmArgsAppend -Dbenchmark.folder=DIR names another.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ -d "$here/target/lib" ] || (cd "$here/../.." && mvn -q -B -ntp -DskipTests package)
exec java -cp "$here/target/classes:$here/target/lib/*" org.openjdk.jmh.Main -foe true "$@"
