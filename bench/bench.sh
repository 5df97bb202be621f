#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Prepares resources and rules below BUILD/work and runs bench/run.c over them.
# usage: bench/bench.sh BUILD [--json]
# Rules: the published definitions named in policies-a.txt and policies-b.txt, from the folder of
# public test data beside the checkout (DATUM_SHARED, or ../shared); without it bench/rules.ndjson.
# BENCH_COUNT (100000) and BENCH_LARGE (1000000; 0 = leave it out) are numbers of resources.
set -eu
build=$1
shift
count=${BENCH_COUNT:-100000}
large=${BENCH_LARGE:-1000000}
shared=${DATUM_SHARED:-../shared}
corpus=$shared/corpus/azure-policy
work=$build/work
mkdir -p "$work"

for program in datum bench/generate bench/simd_floor bench/run; do
    [ -x "$build/$program" ] || { echo "bench: $build/$program is not built" >&2; exit 1; }
done
ln -sf "$(realpath "$build/datum")" "$(realpath "$build/bench/simd_floor")" "$work/"
if [ -x "$build/bench/hot" ]; then
    ln -sf "$(realpath "$build/bench/hot")" "$work/"
fi

# pick IDS OUT: the definitions whose name is one of the ids, a line each.
pick() {
    sed 's/.*/"name":"&"}/' "$1" >"$work/names"
    grep -F -f "$work/names" "$corpus/definitions.ndjson" >"$2"
    [ "$(wc -l <"$2")" -eq "$(wc -l <"$1")" ] ||
        { echo "bench: not every id of $1 is in $corpus" >&2; exit 1; }
}
if [ -f "$corpus/definitions.ndjson" ]; then
    pick bench/policies-a.txt "$work/a.rules.ndjson"
    pick bench/policies-b.txt "$work/b.rules.ndjson"
    # The Microsoft cloud security benchmark's initiative names its rules.
    grep -F '1f3afdf9-d0c9-4c3d-847f-89da613e70a8' "$corpus/initiatives.ndjson" |
        grep -o 'policyDefinitions/[0-9a-z-]*' | sed 's/.*\///' | sort -u >"$work/mcsb.txt"
    sed 's/.*/"name":"&"}/' "$work/mcsb.txt" >"$work/names"
    grep -F -f "$work/names" "$corpus/definitions.ndjson" >"$work/mcsb.rules.ndjson"
    ln -sf "$(realpath "$corpus/definitions.ndjson")" "$work/all.rules.ndjson"
else
    echo "bench: no $corpus; with the project's own few rules" >&2
    grep -v IfNotExists bench/rules.ndjson >"$work/a.rules.ndjson"
    cp bench/rules.ndjson "$work/b.rules.ndjson"
    rm -f "$work/mcsb.rules.ndjson" "$work/all.rules.ndjson"
fi

# NIST SP 800-53 HIGH: the published profile and catalog, laid out as the profile's links have it;
# without them the shipped ones.
packs=$shared/corpus/oscal/packs
catalog=$work/oscal/nist.gov/SP800-53/rev5/json/NIST_SP-800-53_rev5_catalog.json
rm -rf "$work/oscal"
mkdir -p "$(dirname "$catalog")" "$work/oscal/1/2/3/4"
if [ -f "$packs/nist-800-53r5.0.1.oscal.json" ]; then
    cp "$packs/nist-800-53r5.0.1.oscal.json" "$catalog"
    cp "$packs/NIST_SP-800-53_rev5_HIGH-baseline_profile-min.json" "$work/oscal/1/2/3/4/high.json"
else
    echo "bench: no $packs; resolving the shipped outline of NIST SP 800-53" >&2
    cp content/frameworks/nist-800-53r5.json "$work/oscal/1/2/3/"
    cp content/frameworks/profiles/nist-800-53r5-high.json "$work/oscal/1/2/3/4/high.json"
fi

# resources SET SUFFIX COUNT [--children]: the file, made once, and its line of counts.
resources() {
    file=$work/$1$2.ndjson
    made="$3 $(cksum <"$build/bench/generate")"
    if [ "$(cat "$file.made" 2>/dev/null)" != "$made" ]; then
        echo "bench: writing $3 resources to $file" >&2
        "$build/bench/generate" ${4:+"$4"} "$3" "$file"
        wc -lc <"$file" >"$file.size"
        printf '%s\n' "$made" >"$file.made"
    fi
    read -r lines bytes <"$file.size"
    echo "$(wc -l <"$work/$1.rules.ndjson") $3 $((lines - $3)) $bytes" >>"$work/$1.counts"
}
rm -f "$work/a.counts" "$work/b.counts"
resources a "" "$count"
resources b "" "$count" --children
if [ "$large" -gt 0 ]; then
    resources a .large "$large"
    resources b .large "$large" --children
else
    rm -f "$work"/?.large.ndjson*
fi
# Findings go to memory where there is room (2 GB a million resources), because an fsync measures the
# disk; BENCH_OUT=FOLDER names another place.
if [ -z "${BENCH_OUT:-}" ] && [ -d /dev/shm ] && [ -w /dev/shm ]; then
    BENCH_OUT=$(mktemp -d /dev/shm/datum-bench.XXXXXX)
    export BENCH_OUT
    trap 'rm -rf "$BENCH_OUT"' EXIT INT TERM
    echo "bench: findings are written to memory ($BENCH_OUT)" >&2
fi
"$build/bench/run" "$@" "$work"
