// SPDX-License-Identifier: Apache-2.0
// Both sides of *IfNotExists while resources go by: what the resource that waits asks for, and what
// the resource that may be asked for has to say.
#include <string.h>

#include "policy/worker.h"

static Str wanted_name(Evaluator *ev, const Expr *expr, Err *err)
{
    const Json *value = NULL;
    if (!eval_expr(ev, expr, &value, err)) {
        return (Str){0};
    }
    if (value->type != JSON_STRING) {
        (void)err_set(err, ERR_EVAL, (Span){0}, "details.name must be a string");
        return (Str){0};
    }
    return value->string;
}

static Str named_group(Worker *worker, const WorkerRow *row, Str name)
{
    Buf text = {0};
    buf_push(&text, id_subscription(row->id));
    buf_push(&text, STR("/resourceGroups/"));
    buf_push(&text, name);
    Str copy = str_copy(&worker->scratch, buf_str(&text));
    buf_free(&text);
    return copy;
}

PendingRule worker_pending(Worker *worker, const WorkerRow *row, uint32_t plan)
{
    const RulePlan *rule = &row->type->plan->rules[plan];
    const Relation *relation = &rule->relation;
    const RuleInfo *info = &worker->plan->rules[rule->rule];
    PendingRule waiting = {.plan = plan};
    if (relation->plain) {
        return waiting;
    }
    Evaluator *ev = &row->type->ev;
    Err err = {0};
    ev->rule = info->assigned;
    if (info->related_type.len == 0) {
        (void)err_set(&err, ERR_EVAL, (Span){0}, "details.type must be a constant resource type");
    } else {
        Str name = relation->named ? wanted_name(ev, relation->name, &err) : (Str){0};
        Str place = related_place(relation->join, row->id);
        if (relation->group != NULL && relation->join == JOIN_GROUP && err.kind == ERR_NONE) {
            place = named_group(worker, row, wanted_name(ev, relation->group, &err));
        }
        waiting.has_key = true;
        waiting.key = join_key(relation->join, info->related, place, name);
    }
    if (err.kind != ERR_NONE) {
        waiting.failed = true;
        waiting.message = str_copy(&worker->block, str_from_cstr(err.text));
    }
    return waiting;
}

// ---- candidates ----

enum { ABOVE_MAX = 16 }; // types nest five deep at most, and extensions once more

static void set_bit(uint64_t *bits, uint32_t words, JoinSet set, uint32_t bit)
{
    bits[set * words + bit / 64] |= (uint64_t)1 << (bit & 63);
}

// What this candidate says about every rule that looks for its type, constant names considered.
static bool judge_candidate(const WorkerRow *row, bool named, JoinKind join, Str full_name)
{
    const WorkerType *type = row->type;
    uint32_t position = row->row - type->outcomes.first;
    uint32_t words = (type->plan->candidate_count + 63) / 64;
    bool any = false;
    memset(type->candidate_bits, 0, sizeof(uint64_t) * words * JOIN_SET_COUNT);
    for (uint32_t c = 0; c < type->plan->candidate_count; c++) {
        const CandidatePlan *candidate = &type->plan->candidates[c];
        if (candidate->named != named || (candidate->joins >> join & 1) == 0 ||
            (candidate->name.len != 0 && !name_matches(full_name, candidate->name))) {
            continue;
        }
        any = true;
        set_bit(type->candidate_bits, words, JOIN_SEEN, c);
        Tri result = (Tri)type->satisfied[(size_t)c * type->outcomes.count + position];
        if (result != TRI_FALSE) {
            set_bit(type->candidate_bits, words, result == TRI_TRUE ? JOIN_SATISFIED : JOIN_ERROR,
                    c);
        }
    }
    return any;
}

static void keep_open(Worker *worker, const WorkerRow *row, JoinKey key)
{
    uint32_t at = map_intern(&worker->open_by_key, (Str){(const char *)&key, sizeof key});
    ARENA_ROOM(&worker->arena, worker->open, at, worker->open_cap); // at most one past the last
    OpenCandidate *open = NEW(&worker->arena, OpenCandidate);
    *open = (OpenCandidate){
        .type = row->type,
        .text = worker_pad(&worker->arena, row->text),
        .id = str_copy(&worker->arena, row->id),
        .next = worker->open[at],
    };
    worker->open[at] = open;
}

static void add_under(Worker *worker, const WorkerRow *row, JoinKey key)
{
    join_add(&worker->join, key, row->type->plan->related, row->type->candidate_bits);
    if (row->type->has_open) {
        keep_open(worker, row, key);
    }
}

// The forms of its name under which a rule may ask for a candidate: each suffix of the full name,
// and each with "?" for its last segment.
static void add_named(Worker *worker, const WorkerRow *row, JoinKind join, JoinDigest place,
                      Str full_name)
{
    uint32_t related = row->type->plan->related;
    char *open_end = NEW_ARRAY(&worker->scratch, char, full_name.len + 1);
    size_t slash = full_name.len;
    while (slash > 0 && full_name.ptr[slash - 1] != '/') {
        slash--;
    }
    if (slash != 0) {
        memcpy(open_end, full_name.ptr, slash);
    }
    open_end[slash] = '?';
    for (size_t at = full_name.len + 1; at-- > 0;) {
        if (at != 0 && full_name.ptr[at - 1] != '/') {
            continue;
        }
        Str any = {open_end + at, slash + 1 > at ? slash + 1 - at : 0};
        add_under(worker, row,
                  join_key_of(join, related, place, join_digest(str_from(full_name, at))));
        add_under(worker, row, join_key_of(join, related, place, join_digest(any)));
    }
}

// Enters what the candidate says under each of the places where it may be asked for.
static void add_candidate_at(Worker *worker, const WorkerRow *row, JoinKind join, const Str *places,
                             uint32_t count, Str full_name)
{
    uint32_t related = row->type->plan->related;
    if (count == 0) {
        return;
    }
    JoinDigest digests[ABOVE_MAX];
    for (uint32_t p = 0; p < count; p++) {
        digests[p] = join_digest(places[p]);
        join_prefetch(&worker->join, join_key_of(join, related, digests[p], JOIN_NO_NAME));
    }
    if (judge_candidate(row, false, join, full_name)) {
        for (uint32_t p = 0; p < count; p++) {
            add_under(worker, row, join_key_of(join, related, digests[p], JOIN_NO_NAME));
        }
    }
    if (row->type->has_named && judge_candidate(row, true, join, full_name)) {
        for (uint32_t p = 0; p < count; p++) {
            add_named(worker, row, join, digests[p], full_name);
        }
    }
}

// The resources above an id, nearest first; its group and subscription are no resources.
static uint32_t resources_above(Str id, Str *places, uint32_t max)
{
    bool is_arm = str_starts_nocase(id, STR("/subscriptions/"));
    Str group = id_group(id);
    size_t container = !is_arm ? 0 : group.len != 0 ? group.len : id_subscription(id).len;
    uint32_t count = 0;
    for (Str above = id_parent(id); above.len > container && count < max;
         above = id_parent(above)) {
        places[count++] = above;
    }
    return count;
}

void worker_add_candidate(Worker *worker, const WorkerRow *row)
{
    Str places[ABOVE_MAX];
    const WorkerType *type = row->type;
    Str full_name = type->asks_name ? id_full_name(&worker->scratch, row->id) : (Str){0};
    if ((type->joins >> JOIN_CHILD & 1) != 0) {
        uint32_t count = resources_above(row->id, places, ABOVE_MAX);
        add_candidate_at(worker, row, JOIN_CHILD, places, count, full_name);
    }
    if ((type->joins >> JOIN_GROUP & 1) != 0) {
        places[0] = id_group(row->id);
        add_candidate_at(worker, row, JOIN_GROUP, places, places[0].len != 0, full_name);
    }
    if ((type->joins >> JOIN_SUBSCRIPTION & 1) != 0) {
        places[0] = id_subscription(row->id);
        add_candidate_at(worker, row, JOIN_SUBSCRIPTION, places, places[0].len != 0, full_name);
    }
}
