// SPDX-License-Identifier: Apache-2.0
#include "record/replay.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *fault_name(FaultKind kind)
{
    static const char *const names[] = {
        [FAULT_NONE] = "none",           [FAULT_ALTERED] = "altered", [FAULT_REMOVED] = "removed",
        [FAULT_REORDERED] = "reordered", [FAULT_CUT] = "cut-off",
    };
    ASSERT((size_t)kind < COUNTOF(names));
    return names[kind];
}

bool replay_line(Str *rest, Str *ret_line)
{
    const char *end = rest->len != 0 ? memchr(rest->ptr, '\n', rest->len) : NULL;
    if (end == NULL) {
        return false;
    }
    *ret_line = (Str){rest->ptr, (size_t)(end - rest->ptr)};
    *rest = str_from(*rest, ret_line->len + 1);
    return true;
}

typedef struct Replayer {
    Replay *replay;
    Arena *arena;
    Arena scratch; // one entry's tree
    ReplayDepth depth;
    Str later; // what stands after the line at hand
} Replayer;

PRINTF_LIKE(5, 6)
static bool set_fault(Replayer *r, FaultKind kind, uint64_t first, uint64_t last, const char *fmt,
                      ...)
{
    char text[512];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    size_t len = n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
    r->replay->fault = (Fault){kind, first, last, str_copy(r->arena, (Str){text, len})};
    return false;
}

#define ENTRY "entry %llu"
#define NUMBER(n) (unsigned long long)(n)

static bool altered(Replayer *r, uint64_t at, const char *why)
{
    return set_fault(r, FAULT_ALTERED, at, at, ENTRY " was altered: %s", NUMBER(at), why);
}

// The entry says it is another one than the place where it stands.
static bool misplaced(Replayer *r, uint64_t at, uint64_t sequence)
{
    if (sequence < at) {
        return set_fault(r, FAULT_ALTERED, at, at,
                         ENTRY " is not there: entry %llu stands once more in its place",
                         NUMBER(at), NUMBER(sequence));
    }
    Str rest = r->later;
    Str line = {0};
    Arena scratch;
    arena_init(&scratch, (size_t)1 << 30);
    for (uint64_t place = at + 1; replay_line(&rest, &line); place++) {
        Entry entry;
        Err err = {0};
        ArenaMark mark = arena_mark(&scratch);
        bool found = entry_read(&scratch, line, &entry, &err) && entry.sequence == at;
        arena_rewind(&scratch, mark);
        if (found) {
            arena_free(&scratch);
            return set_fault(r, FAULT_REORDERED, at, at,
                             ENTRY
                             " was moved: it stands at place %llu, and entry %llu in its place",
                             NUMBER(at), NUMBER(place), NUMBER(sequence));
        }
    }
    arena_free(&scratch);
    if (sequence - at == 1) {
        return set_fault(r, FAULT_REMOVED, at, at, ENTRY " was removed: entry %llu stands there",
                         NUMBER(at), NUMBER(sequence));
    }
    return set_fault(r, FAULT_REMOVED, at, sequence - 1,
                     "entries %llu to %llu were removed: entry %llu stands there", NUMBER(at),
                     NUMBER(sequence - 1), NUMBER(sequence));
}

// Signature first: a place or a head that a signature vouches for was not altered, but moved.
static bool check_entry(Replayer *r, const Entry *entry, uint64_t at)
{
    Replay *replay = r->replay;
    Err err = {0};
    Principal founder;
    const Principal *signer = people_signer(&replay->people, entry, &founder);
    if (signer == NULL) {
        return entry->sequence != at
                   ? misplaced(r, at, entry->sequence)
                   : altered(r, at, "it is signed by a key that no entry before it trusts");
    }
    bool about_keys = str_eq(entry->what, WHAT_TRUST) || str_eq(entry->what, WHAT_REVOKE);
    if ((about_keys || r->depth == REPLAY_ALL) &&
        !entry_is_signed_by(&r->scratch, entry, &signer->public_key)) {
        return altered(r, at, "its signature does not hold");
    }
    if (entry->sequence != at) {
        return misplaced(r, at, entry->sequence);
    }
    Hash head = merkle_head(&replay->edge);
    if (!hash_eq(&entry->previous, &head)) {
        return set_fault(r, FAULT_ALTERED, at, at,
                         ENTRY " does not follow what stands before it: it or an entry before it "
                               "was altered and signed again",
                         NUMBER(at));
    }
    if (entry->time < replay->last_time) {
        return altered(r, at, "its time lies before that of the entry before it");
    }
    if (!people_may_sign(signer, entry->who, entry->time, &err) ||
        !people_apply(&replay->people, entry, &err)) {
        return set_fault(r, FAULT_ALTERED, at, at, ENTRY " may not stand there: %s", NUMBER(at),
                         err.text);
    }
    return true;
}

static bool check_line(Replayer *r, Str line, uint64_t at)
{
    Entry entry;
    Err err = {0};
    if (!entry_read(&r->scratch, line, &entry, &err)) {
        return altered(r, at, err.text);
    }
    TRY(check_entry(r, &entry, at));
    r->replay->last_time = entry.time;
    return true;
}

static uint64_t count_lines(Str bytes)
{
    uint64_t lines = 0;
    for (Str line; replay_line(&bytes, &line);) {
        lines++;
    }
    return lines;
}

static void check_tail(Replayer *r)
{
    Replay *replay = r->replay;
    if (replay->fault.kind == FAULT_NONE && replay->tail.len != 0) {
        (void)set_fault(r, FAULT_CUT, replay->size + 1, replay->size + 1,
                        "after entry %llu stand %zu bytes that are no whole line: an append was "
                        "cut off, or the last line was altered; datum record mend puts it right",
                        NUMBER(replay->size), replay->tail.len);
    }
}

void replay_run(Arena *arena, Str bytes, ReplayDepth depth, Replay *ret_replay)
{
    Replay *replay = ret_replay;
    *replay = (Replay){.lines = count_lines(bytes)};
    people_init(&replay->people, arena);
    Hash *leaves = NEW_ARRAY(arena, Hash, replay->lines + 1U);
    replay->leaves = leaves;
    Replayer r = {.replay = replay, .arena = arena, .depth = depth, .later = bytes};
    arena_init(&r.scratch, (size_t)1 << 30);
    Str line = {0};
    for (uint64_t i = 0; replay_line(&r.later, &line); i++) {
        leaves[i] = merkle_leaf(line);
        if (replay->fault.kind == FAULT_NONE) {
            ArenaMark mark = arena_mark(&r.scratch);
            if (check_line(&r, line, i + 1)) {
                merkle_push(&replay->edge, &leaves[i]);
                replay->size++;
            }
            arena_rewind(&r.scratch, mark);
        }
    }
    replay->tail = r.later;
    check_tail(&r);
    arena_free(&r.scratch);
}
