#!/bin/sh
# Measures stores on a file at large and prints a table in Markdown; arguments: how many bonds the largest has (default 65536), a folder
# on the disk that is measured (default: the working directory).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ -d "$here/target/lib" ] || (cd "$here/../.." && mvn -q -B -ntp -DskipTests package)
exec java -Dbenchmark.folder="${2:-.}" -cp "$here/target/classes:$here/target/lib/*" org.everbond.benchmarks.StorageFigures "${1:-65536}"
