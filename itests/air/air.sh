#!/bin/sh
# An air of controllers that nobody here wrote: BlueZ's btvirt behind h4gate.py.  Every connection is a fresh controller
# speaking H4; all of one run hear each other.
#   air.sh DIR [PORT DUAL_PORT]
# says where its controllers are (le: LE only; dual: BR/EDR and LE; both list only legacy advertising), and runs until its
# standard input ends.  DIR gets btsnoop files of every connection, and logs.  Ports are chosen freely unless named.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 1 ] || { sed -n '2,6p' "$0"; exit 2; }
mkdir -p "$1"
dir=$(cd "$1" && pwd)
pids=

stop() { [ -z "$pids" ] || kill $pids 2>/dev/null || :; }
trap stop EXIT
trap 'exit 1' INT TERM HUP

wait_for() { # what it is, and a test for it
	i=0
	until eval "$2"; do
		i=$((i + 1))
		[ $i -lt 100 ] || { echo "air.sh: $1 does not come up" >&2; cat "$dir"/*.log >&2; exit 1; }
		sleep 0.1
	done
}

gate() { # name port socket
	python3 "$here/h4gate.py" --listen "tcp:127.0.0.1:$2" --to "unix:$3" --log "$dir" --prefix "$1" \
		> "$dir/$1.log" 2>&1 < /dev/null &
	pids="$pids $!"
	wait_for "the gate of $1" "grep -qs ready '$dir/$1.log'"
	echo "$1 $(sed -n 's/.*ready //p' "$dir/$1.log")"
}

rm -f "$dir"/*.log "$dir"/bt-server-*
gcc -O2 -shared -fPIC -o "$dir/airshim.so" "$here/airshim.c" -ldl
AIR_SOCKETS=$dir LD_PRELOAD=$dir/airshim.so btvirt -s > "$dir/btvirt.log" 2>&1 < /dev/null &
pids=$!
wait_for btvirt "[ -S '$dir/bt-server-le' ] && [ -S '$dir/bt-server-bredrle' ]"
gate le "${2:-0}" "$dir/bt-server-le"
gate dual "${3:-0}" "$dir/bt-server-bredrle"
echo ready
cat > /dev/null
