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

// Where the row looks unless its rule names a group.
static PlaceDigest own_place(const WorkerRow *row, JoinKind join)
{
    const PlaceList *list = row->type->places;
    PlaceDigest place;
    bool is_known = list != NULL && place_list_find(list, row->row, join, &place);
    return is_known ? place : place_digest(related_place(join, row->id));
}

const PendingAsk *worker_ask(Worker *worker, const WorkerRow *row, const RulePlan *rule)
{
    PendingAsk *ask = NEW(&worker->block, PendingAsk);
    const Relation *relation = &rule->relation;
    const RuleInfo *info = &worker->plan->rules[rule->rule];
    Evaluator *ev = &row->type->ev;
    Err err = {0};
    ev->rule = info->assigned;
    if (info->related_type.len == 0) {
        (void)err_set(&err, ERR_EVAL, (Span){0}, "details.type must be a constant resource type");
    } else {
        Str name = relation->named ? wanted_name(ev, relation->name, &err) : (Str){0};
        Str group = {0};
        if (relation->group != NULL && relation->join == JOIN_GROUP && err.kind == ERR_NONE) {
            group = wanted_name(ev, relation->group, &err);
        }
        PlaceDigest at = group.len != 0 ? place_digest(named_group(worker, row, group))
                                        : own_place(row, relation->join);
        ask->key = name.len != 0
                       ? join_key_named(relation->join, info->related, at, place_digest(name))
                       : join_key(relation->join, info->related, at);
    }
    if (err.kind != ERR_NONE) {
        ask->failed = true;
        ask->message = str_copy(&worker->block, str_from_cstr(err.text));
    }
    return ask;
}

// ---- candidates ----

static void set_bit(uint64_t *bits, uint32_t bit)
{
    bits[bit / 64] |= (uint64_t)1 << (bit & 63);
}

static Str last_segment(Str name)
{
    size_t at = name.len;
    while (at > 0 && name.ptr[at - 1] != '/') {
        at--;
    }
    return str_from(name, at);
}

static Str digest_bytes(const PlaceDigest *digest)
{
    return (Str){(const char *)digest, sizeof *digest};
}

// A constant name's last segment says soon which rules a candidate can be for.
static void note_name(Candidacy *candidacy, Str wanted, uint32_t bit)
{
    Str last = last_segment(wanted);
    if (wanted.len == 0 || str_eq(last, STR("?"))) {
        set_bit(candidacy->any_name, bit);
    } else {
        PlaceDigest digest = place_digest(last);
        uint32_t at = map_intern(&candidacy->names, digest_bytes(&digest));
        set_bit(candidacy->by_name + (size_t)at * candidacy->words, bit);
    }
    if (last.len != wanted.len) {
        set_bit(candidacy->long_name, bit);
    }
}

void candidacy_open(Candidacy *candidacy, Arena *arena, const TypePlan *plan)
{
    uint32_t words = (plan->candidate_count + 63) / 64;
    candidacy->words = words;
    map_init(&candidacy->names, arena, MAP_EXACT);
    candidacy->by_name = NEW_ARRAY(arena, uint64_t, (size_t)plan->candidate_count * words + 1);
    candidacy->any_name = NEW_ARRAY(arena, uint64_t, (size_t)words + 1);
    candidacy->long_name = NEW_ARRAY(arena, uint64_t, (size_t)words + 1);
    candidacy->said = NEW_ARRAY(arena, uint64_t, (size_t)words * JOIN_SET_COUNT + 1);
    candidacy->bits = NEW_ARRAY(arena, uint64_t, (size_t)words * JOIN_SET_COUNT + 1);
    for (uint32_t i = 0; i < JOIN_KIND_COUNT * 2; i++) {
        candidacy->asked[i / 2][i % 2] = NEW_ARRAY(arena, uint64_t, (size_t)words + 1);
    }
    for (uint32_t c = 0; c < plan->candidate_count; c++) {
        const CandidatePlan *candidate = &plan->candidates[c];
        note_name(candidacy, candidate->name, c);
        candidacy->has_open = candidacy->has_open || candidate->open;
        for (uint32_t join = 0; join < JOIN_KIND_COUNT; join++) {
            if ((candidate->joins >> join & 1) != 0) {
                candidacy->has_named = candidacy->has_named || candidate->named;
                set_bit(candidacy->asked[join][candidate->named], c);
                candidacy->is_asked[join][candidate->named] = true;
            }
        }
    }
}

static Str full_name_of(Worker *worker, const WorkerType *type, uint32_t row)
{
    id_parts_read(&worker->parts, worker_row(worker, type, row)->row.id);
    return id_full_name(&worker->scratch, &worker->parts);
}

// Rules whose constant name has several segments, of those whose last one is the row's.
static uint64_t match_long_names(Worker *worker, const WorkerType *type, uint32_t row,
                                 uint64_t among, uint32_t w)
{
    const TypePlan *plan = type->plan;
    Str full_name = full_name_of(worker, type, row);
    uint64_t matched = 0;
    for (uint64_t left = among; left != 0; left &= left - 1) {
        uint32_t bit = (uint32_t)__builtin_ctzll(left);
        if (name_matches(full_name, plan->candidates[w * 64 + bit].name)) {
            matched |= (uint64_t)1 << bit;
        }
    }
    return matched;
}

// What the row says about every rule that looks for its type, constant names considered. False:
// about none.
static bool judge_row(Worker *worker, const WorkerType *type, uint32_t row, PlaceDigest last_name)
{
    const Candidacy *candidacy = &type->candidacy;
    uint32_t words = candidacy->words;
    uint32_t position = row - type->outcomes.first;
    bool is_named = candidacy->names.count != 0;
    uint32_t at = is_named ? map_find(&candidacy->names, digest_bytes(&last_name)) : MAP_NONE;
    bool any = false;
    memset(candidacy->said, 0, sizeof(uint64_t) * words * JOIN_SET_COUNT);
    for (uint32_t w = 0; w < words; w++) {
        uint64_t seen = candidacy->any_name[w];
        seen |= at != MAP_NONE ? candidacy->by_name[(size_t)at * words + w] : 0;
        uint64_t unsure = seen & candidacy->long_name[w];
        if (unsure != 0) {
            seen = (seen & ~unsure) | match_long_names(worker, type, row, unsure, w);
        }
        candidacy->said[JOIN_SEEN * words + w] = seen;
        any = any || seen != 0;
        for (uint64_t left = seen; left != 0; left &= left - 1) {
            uint32_t bit = (uint32_t)__builtin_ctzll(left);
            size_t cell = ((size_t)w * 64 + bit) * type->outcomes.count + position;
            Tri result = (Tri)type->satisfied[cell];
            uint64_t here = (uint64_t)1 << bit;
            candidacy->said[JOIN_SATISFIED * words + w] |= result == TRI_TRUE ? here : 0;
            candidacy->said[JOIN_ERROR * words + w] |= result == TRI_ERROR ? here : 0;
        }
    }
    return any;
}

// Of what the row says: what concerns the rules that ask in one way. False: nothing does.
static bool pick(const Candidacy *candidacy, JoinKind join, bool named)
{
    bool any = false;
    for (uint32_t w = 0; w < candidacy->words; w++) {
        uint64_t asked = candidacy->asked[join][named][w];
        any = any || (candidacy->said[w] & asked) != 0;
        for (uint32_t s = 0; s < JOIN_SET_COUNT; s++) {
            uint32_t at = s * candidacy->words + w;
            candidacy->bits[at] = candidacy->said[at] & asked;
        }
    }
    return any;
}

static void keep_open(Worker *worker, const WorkerType *type, uint32_t row, JoinKey key)
{
    const WorkerRow *from = &worker_row(worker, type, row)->row;
    uint32_t at = map_intern(&worker->open_by_key, (Str){(const char *)&key, sizeof key});
    ARENA_ROOM(&worker->arena, worker->open, at, worker->open_cap); // at most one past the last
    OpenCandidate *open = NEW(&worker->arena, OpenCandidate);
    bool is_kept = type->table.is_view;
    *open = (OpenCandidate){
        .type = type,
        .text = is_kept ? from->text : worker_pad(&worker->arena, from->text),
        .id = str_copy(&worker->arena, from->id),
        .row = is_kept ? row : NONE,
        .next = worker->open[at],
    };
    worker->open[at] = open;
}

static void add_under(Worker *worker, const WorkerType *type, uint32_t row, JoinKey key,
                      uint32_t set)
{
    join_add(&worker->join, key, type->plan->related, set);
    if (type->candidacy.has_open) {
        keep_open(worker, type, row, key);
    }
}

// Where a row may be asked for, and the names under which it may be there.
typedef struct Asked {
    const PlaceDigest *places;
    uint32_t count;
    const PlaceDigest *names; // NULL = not worked out
    uint32_t name_count;
} Asked;

static void add_named(Worker *worker, const WorkerType *type, uint32_t row, JoinKind join,
                      const Asked *asked, uint32_t set)
{
    uint32_t count = asked->name_count;
    const PlaceDigest *names =
        asked->names != NULL
            ? asked->names
            : places_named(&worker->scratch, full_name_of(worker, type, row), &count);
    for (uint32_t p = 0; p < asked->count; p++) {
        for (uint32_t i = 0; i < count; i++) {
            JoinKey key = join_key_named(join, type->plan->related, asked->places[p], names[i]);
            add_under(worker, type, row, key, set);
        }
    }
}

// Enters what the row says under each of the places where it may be asked for.
static void add_at(Worker *worker, const WorkerType *type, uint32_t row, JoinKind join,
                   const Asked *asked)
{
    const Candidacy *candidacy = &type->candidacy;
    uint32_t related = type->plan->related;
    if (asked->count != 0 && candidacy->is_asked[join][false] && pick(candidacy, join, false)) {
        uint32_t set = join_set(&worker->join, related, candidacy->bits);
        for (uint32_t p = 0; p < asked->count; p++) {
            add_under(worker, type, row, join_key(join, related, asked->places[p]), set);
        }
    }
    if (asked->count != 0 && candidacy->is_asked[join][true] && pick(candidacy, join, true)) {
        uint32_t set = join_set(&worker->join, related, candidacy->bits);
        add_named(worker, type, row, join, asked, set);
    }
}

static void add_row(Worker *worker, const WorkerType *type, uint32_t row)
{
    const Candidacy *candidacy = &type->candidacy;
    id_parts_read(&worker->parts, worker_row(worker, type, row)->row.id);
    PlaceDigest last_name = {0};
    if (candidacy->names.count != 0) {
        last_name = place_digest(id_last_name(&worker->parts));
    }
    if (!judge_row(worker, type, row, last_name)) {
        return;
    }
    for (uint32_t join = 0; join < JOIN_KIND_COUNT; join++) {
        if (candidacy->is_asked[join][false] || candidacy->is_asked[join][true]) {
            PlaceDigest places[PLACES_MAX];
            uint32_t count = places_asked(&worker->parts, (JoinKind)join, places);
            add_at(worker, type, row, (JoinKind)join, &(Asked){places, count, NULL, 0});
        }
    }
}

// The same for a row whose places are known.
static void add_known_row(Worker *worker, const WorkerType *type, uint32_t row)
{
    const PlaceList *list = type->places;
    const RowPlaces *places = &list->rows[row];
    if (!judge_row(worker, type, row, places->last_name)) {
        return;
    }
    for (uint32_t join = 0; join < JOIN_KIND_COUNT; join++) {
        uint32_t at = places->asked[join];
        Asked asked = {list->asked + at, places->asked[join + 1] - at, NULL, places->name_count};
        asked.names = places->name_count != 0 ? list->names + places->names : NULL;
        add_at(worker, type, row, (JoinKind)join, &asked);
    }
}

void worker_add_candidates(Worker *worker, const WorkerType *type)
{
    ArenaMark mark = arena_mark(&worker->scratch);
    for (uint32_t row = type->first; row < type->first + type->count; row++) {
        if (type->places != NULL) {
            add_known_row(worker, type, row);
        } else {
            add_row(worker, type, row);
        }
    }
    arena_rewind(&worker->scratch, mark);
}
