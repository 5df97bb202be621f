#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The matrix, called by ./dev sanitize: a clang build, ASan+UBSan over the whole test run, TSan over
# what has threads, MSan over what is C only (libstdc++ and simdjson are not instrumented), valgrind
# over the lowest floors. Goes on after a failure, then says which failed.
# usage: tools/sanitize.sh [clang|asan|tsan|msan|valgrind...], all without a name
set -u
bad=

configure() { # DIR OPTION...
    [ -f "$1/build.ninja" ] || meson setup "$@" >&2
}

# gcc 12's TSan and clang 14's MSan want the old address space layout, without much randomness.
still() { setarch "$(uname -m)" -R "$@"; }

clang_tests() {
    CC=clang CXX=clang++ configure build-clang -Dwerror=false &&
        ninja -C build-clang >&2 &&
        meson test -C build-clang -t 2 --print-errorlogs
}

asan_tests() {
    configure build-asan -Db_sanitize=address,undefined &&
        ninja -C build-asan >&2 &&
        ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1 \
            UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
            meson test -C build-asan -t 6 --print-errorlogs
}

tsan_tests() {
    configure build-tsan -Db_sanitize=thread &&
        ninja -C build-tsan >&2 &&
        TSAN_OPTIONS=halt_on_error=1 still meson test -C build-tsan -t 6 --print-errorlogs \
            --suite policy --suite assess --suite host --suite cli
}

msan_tests() {
    CC=clang CXX=clang++ configure build-msan -Db_sanitize=memory -Db_lundef=false &&
        ninja -C build-msan >&2 &&
        msan_programs
}

# Each test program that loads none of the libraries, which are not instrumented (the linker leaves
# them out where nothing needs them). clang 14 does not know glibc's fstat, so the layers that
# touch files are left out too.
msan_programs() {
    ran=0
    failed=
    for test in build-msan/tests/test_*_* build-msan/tests/fuzz/replay_*; do
        case $test in */test_host_* | */test_record_* | */test_cli_* | */replay_blocks) continue ;; esac
        if [ ! -f "$test" ] || ldd "$test" | grep -qE 'libsimdjson|libsodium|libfyaml|libxml2'; then
            continue
        fi
        ran=$((ran + 1))
        name=${test##*/}
        set --
        [ "${name#replay_}" = "$name" ] || set -- -m 100 "tests/fuzz/corpus/${name#replay_}"
        DATUM_ROOT=$PWD MSAN_OPTIONS=halt_on_error=1 still "$test" "$@" >build-msan/"$name".log 2>&1 || {
            failed="$failed $name"
            tail -n 20 build-msan/"$name".log
        }
    done
    echo "msan: $ran programs, failed:${failed:- none}"
    [ "$ran" -gt 0 ] && [ -z "$failed" ]
}

valgrind_tests() {
    configure build &&
        ninja -C build >&2 &&
        meson test -C build -t 20 --print-errorlogs --suite base --suite oscal \
            --wrapper 'valgrind -q --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite'
}

parts='clang asan tsan msan valgrind'
for part in ${*:-$parts}; do
    case " $parts " in *" $part "*) ;; *) echo "sanitize: no part '$part' of: $parts" >&2; exit 64 ;; esac
done
for part in ${*:-$parts}; do
    echo "== $part" >&2
    "${part}_tests" </dev/null || bad="$bad $part"
done
[ -z "$bad" ] || { echo "sanitize failed:$bad" >&2; exit 1; }
echo "sanitize: clean: ${*:-$parts}" >&2
