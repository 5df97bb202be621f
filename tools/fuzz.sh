#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs every fuzz target of a -Dfuzz=true build for some seconds, two at a time. New inputs stay in
# BUILD/corpus/, crashes in BUILD/crashes/; exits 1 when there is one.
# usage: tools/fuzz.sh BUILD SECONDS
set -eu
build=$1
seconds=$2
mkdir -p "$build/crashes"

one() {
    name=$1
    found="$build/corpus/$name"
    seeds="tests/fuzz/corpus/$name"
    mkdir -p "$found"
    dictionary="tests/fuzz/dictionary/$name.txt"
    set --
    [ ! -f "$dictionary" ] || set -- "-dict=$dictionary"
    [ -d "$seeds" ] || { echo "no seeds: $seeds" >&2; return 1; }
    if "$build/tests/fuzz/fuzz_$name" "-max_total_time=$seconds" -timeout=10 -rss_limit_mb=1024 \
        -print_final_stats=1 "-artifact_prefix=$build/crashes/$name-" "$@" "$found" "$seeds" \
        >"$build/$name.log" 2>&1; then
        echo "$name: clean, $(sed -n 's/^stat::number_of_executed_units: *//p' "$build/$name.log") runs"
    else
        echo "$name: FAILED, see $build/$name.log and $build/crashes/"
        tail -n 30 "$build/$name.log"
        return 1
    fi
}

status=0
pending=
for target in "$build"/tests/fuzz/fuzz_*; do
    if [ ! -x "$target" ] || [ ! -f "$target" ]; then
        continue
    fi
    name=${target##*/fuzz_}
    one "$name" &
    if [ -n "$pending" ]; then
        wait "$pending" || status=1
        wait $! || status=1
        pending=
    else
        pending=$!
    fi
done
[ -z "$pending" ] || wait "$pending" || status=1
ls "$build"/tests/fuzz/fuzz_* >/dev/null 2>&1 || { echo "no fuzz targets in $build" >&2; exit 1; }
exit "$status"
