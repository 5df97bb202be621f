// SPDX-License-Identifier: Apache-2.0
#include "record/verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static int head_cmp(const void *a, const void *b)
{
    const Head *x = a;
    const Head *y = b;
    return (x->size > y->size) - (x->size < y->size);
}

// The heads of all checkpoints, sizes rising.
static const Head *all_heads(Arena *arena, const Checkpoint *checkpoints, uint32_t count,
                             uint32_t *ret_count)
{
    size_t room = 1;
    for (uint32_t i = 0; i < count; i++) {
        room += checkpoints[i].head_count;
    }
    Head *heads = NEW_ARRAY(arena, Head, room);
    uint32_t n = 0;
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < checkpoints[i].head_count; k++) {
            heads[n++] = checkpoints[i].heads[k];
        }
    }
    qsort(heads, n, sizeof *heads, head_cmp);
    *ret_count = n;
    return heads;
}

typedef struct Comparison {
    uint64_t good;   // the longest beginning that is as it was
    uint64_t bad;    // the shortest that is not; 0 = none
    uint64_t wanted; // entries the checkpoints know of
} Comparison;

// Lines are compared by their bytes alone, whether or not they can be read.
static Comparison compare(const Replay *replay, const Head *heads, uint32_t count)
{
    Comparison result = {.wanted = count != 0 ? heads[count - 1].size : 0};
    MerkleEdge edge = {.depth = 0};
    for (uint32_t i = 0; i < count && heads[i].size <= replay->lines; i++) {
        while (edge.count < heads[i].size) {
            merkle_push(&edge, &replay->leaves[edge.count]);
        }
        Hash root = merkle_head(&edge);
        if (!hash_eq(&root, &heads[i].root)) {
            result.bad = heads[i].size;
            return result;
        }
        result.good = heads[i].size;
    }
    return result;
}

PRINTF_LIKE(2, 3) static Str text_of(Arena *arena, const char *fmt, ...)
{
    char text[400];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    ASSERT(n >= 0 && (size_t)n < sizeof text);
    return str_copy(arena, (Str){text, (size_t)n});
}

#define NUMBER(n) (unsigned long long)(n)

// A beginning differs from its checkpoint. What the replay found there says more than the hash can;
// what it found later is only a consequence.
static Fault fault_of_heads(Arena *arena, const Replay *replay, const Comparison *seen)
{
    uint64_t first = seen->good + 1;
    const Fault *own = &replay->fault;
    if (own->kind != FAULT_NONE && own->first <= seen->bad) {
        return *own;
    }
    Fault fault = {.kind = FAULT_ALTERED, .first = first, .last = seen->bad};
    if (first == seen->bad) {
        fault.text = text_of(arena,
                             "entry %llu was altered and signed again: it is not what it was at "
                             "the checkpoint",
                             NUMBER(first));
    } else {
        fault.text = text_of(arena,
                             "one of the entries %llu to %llu is the first that was altered and "
                             "signed again: up to %llu they are what they were at the checkpoint",
                             NUMBER(first), NUMBER(seen->bad), NUMBER(seen->good));
    }
    return fault;
}

static Fault fault_of_length(Arena *arena, const Replay *replay, const Comparison *seen)
{
    uint64_t first = replay->lines + 1;
    Fault fault = {.kind = FAULT_REMOVED, .first = first, .last = seen->wanted};
    if (first == seen->wanted) {
        fault.text = text_of(
            arena, "entry %llu, which the checkpoint has, was removed from the end", NUMBER(first));
    } else {
        fault.text = text_of(arena,
                             "entries %llu to %llu, which the checkpoint has, were removed from "
                             "the end",
                             NUMBER(first), NUMBER(seen->wanted));
    }
    return fault;
}

// A checkpoint counts when the record trusted its signer at that time.
static bool is_trusted(const People *people, const Checkpoint *checkpoint)
{
    const Principal *signer = people_find(people, checkpoint->by);
    return signer != NULL && (signer->revoked == 0 || checkpoint->time <= signer->revoked) &&
           (signer->expires == 0 || checkpoint->time < signer->expires);
}

static Fault find_fault(Arena *arena, const Replay *replay, const Comparison *seen)
{
    if (seen->bad != 0) {
        return fault_of_heads(arena, replay, seen);
    }
    const Fault *own = &replay->fault;
    if (replay->lines >= seen->wanted || (own->kind != FAULT_NONE && own->kind != FAULT_CUT)) {
        return *own;
    }
    if (own->kind == FAULT_CUT) { // not an append: the checkpoint has this entry whole
        Str text = text_of(arena, "entry %llu was altered: it is no whole line any more",
                           NUMBER(own->first));
        return (Fault){FAULT_ALTERED, own->first, own->first, text};
    }
    return fault_of_length(arena, replay, seen);
}

void record_verify(Arena *arena, Str bytes, const Checkpoint *checkpoints, uint32_t count,
                   Verdict *ret_verdict)
{
    Verdict verdict = {.compared = false};
    uint32_t head_count = 0;
    const Head *heads = all_heads(arena, checkpoints, count, &head_count);
    replay_run(arena, bytes, REPLAY_ALL, &verdict.replay);
    Comparison seen = compare(&verdict.replay, heads, head_count);
    verdict.fault = find_fault(arena, &verdict.replay, &seen);
    verdict.covered = seen.good;
    bool trusted = false;
    for (uint32_t i = 0; i < count; i++) {
        trusted = trusted || is_trusted(&verdict.replay.people, &checkpoints[i]);
    }
    if (seen.bad != 0 && !trusted) {
        verdict.fault.text =
            text_of(arena,
                    "%.*s (nobody whom the record trusts up to there signed the checkpoint: it may "
                    "be one of another record)",
                    (int)(verdict.fault.text.len < 250 ? verdict.fault.text.len : 250),
                    verdict.fault.text.ptr);
    }
    verdict.compared = trusted && verdict.fault.kind == FAULT_NONE;
    if (verdict.fault.kind == FAULT_NONE) {
        if (count == 0) {
            verdict.not_compared =
                STR("there is no checkpoint to compare with, so it is not shown that nobody with "
                    "the keys wrote the record anew, or cut its end; keep the output of datum "
                    "record checkpoint elsewhere and give it with --checkpoint");
        } else if (!verdict.compared) {
            verdict.not_compared = STR("the checkpoint fits, but is signed by a key the record did "
                                       "not trust at that time: it shows nothing");
        }
    }
    *ret_verdict = verdict;
}
