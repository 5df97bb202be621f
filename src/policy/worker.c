// SPDX-License-Identifier: Apache-2.0
#include "policy/worker.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "json/read.h"

#define DICTIONARY_BYTES_DEFAULT ((uint64_t)256 << 10)

static const char zeros[SHRED_PADDING];
const Str worker_padding = {zeros, SHRED_PADDING};

Worker *worker_open(Plan *plan, uint32_t worker_index)
{
    (void)worker_index;
    Worker *worker = calloc(1, sizeof(Worker));
    ASSERT(worker != NULL);
    worker->plan = plan;
    worker->indexer = json_indexer_open();
    shredder_open(&worker->shredder, &plan->options.limits);
    arena_init(&worker->arena, SIZE_MAX);
    arena_init(&worker->block, SIZE_MAX);
    arena_init(&worker->scratch, SIZE_MAX);
    map_init(&worker->type_by_name, &worker->arena, MAP_EXACT);
    map_init(&worker->open_by_key, &worker->arena, MAP_EXACT);
    worker->results = NEW_ARRAY(&worker->arena, RuleResult, (size_t)plan->rule_count + 1);
    worker->plans = NEW_ARRAY(&worker->arena, const RulePlan *, (size_t)plan->rule_count + 1);
    worker->waiting = NEW_ARRAY(&worker->arena, PendingRule, (size_t)plan->rule_count + 1);
    worker->covered = NEW_ARRAY(&worker->arena, uint8_t, (size_t)plan->cover_count + 1);
    join_open(&worker->join, plan);
    pending_open(&worker->pending);
    return worker;
}

void worker_close(Worker *worker)
{
    for (uint32_t i = 0; i < worker->type_by_name.count; i++) {
        evaluator_close(&worker->types[i]->ev);
        table_close(&worker->types[i]->table);
    }
    id_parts_close(&worker->parts);
    pending_close(&worker->pending);
    join_close(&worker->join);
    shredder_close(&worker->shredder);
    json_indexer_close(worker->indexer);
    free(worker->rows.at);
    free(worker->indexes.at);
    free(worker->messages.at);
    arena_free(&worker->scratch);
    arena_free(&worker->block);
    arena_free(&worker->arena);
    free(worker);
}

Str worker_pad(Arena *arena, Str text)
{
    char *copy = NEW_ARRAY(arena, char, text.len + SHRED_PADDING);
    if (text.len != 0) { // a loaded row has no text
        memcpy(copy, text.ptr, text.len);
    }
    return (Str){copy, text.len};
}

// ---- types ----

static void list_rules(Arena *arena, WorkerType *type)
{
    uint32_t writers = 0;
    uint32_t *rules = NEW_ARRAY(arena, uint32_t, (size_t)type->plan->rule_count + 1);
    for (uint32_t i = 0; i < type->plan->rule_count; i++) {
        rules[i] = type->plan->rules[i].rule;
        writers += type->plan->rules[i].write_count != 0 ? 1 : 0;
    }
    type->rules = rules;
    type->conflicts = writers > 1;
}

static void type_open(Worker *worker, WorkerType *type, uint32_t number, Str name)
{
    *type = (WorkerType){.number = number};
    uint64_t bytes_max = worker->plan->options.dictionary_bytes_max;
    type->plan = plan_type(worker->plan, name);
    table_open(&type->table, type->plan, bytes_max != 0 ? bytes_max : DICTIONARY_BYTES_DEFAULT);
    evaluator_open(&type->ev, worker->plan, &type->table, &worker->scratch);
    candidacy_open(&type->candidacy, &worker->arena, type->plan);
    list_rules(&worker->arena, type);
}

WorkerType *worker_type(Worker *worker, Str name)
{
    uint32_t digest = (uint32_t)(hash_str(name) % COUNTOF(worker->recent));
    if (worker->recent[digest].type != NULL && str_eq(worker->recent[digest].name, name)) {
        return worker->recent[digest].type;
    }
    uint32_t at = map_intern(&worker->type_by_name, name);
    ARENA_ROOM(&worker->arena, worker->types, at, worker->type_cap); // at most one past the last
    if (worker->types[at] == NULL) {
        worker->types[at] = NEW(&worker->arena, WorkerType);
        type_open(worker, worker->types[at], at, name);
    }
    worker->recent[digest].name = worker->type_by_name.entries[at].key;
    worker->recent[digest].type = worker->types[at];
    return worker->types[at];
}

void worker_seat(Worker *worker, Str name, WorkerType *seat)
{
    uint32_t at = map_intern(&worker->type_by_name, name);
    ARENA_ROOM(&worker->arena, worker->types, at, worker->type_cap); // at most one past the last
    ASSERT(worker->types[at] == NULL);
    worker->types[at] = seat;
    type_open(worker, seat, at, name);
}

// ---- one resource ----

Str worker_string(Worker *worker, Str json)
{
    if (json.len < 2 || json.ptr[0] != '"') {
        return (Str){0};
    }
    Str inner = {json.ptr + 1, json.len - 2};
    if (inner.len == 0 || memchr(inner.ptr, '\\', inner.len) == NULL) {
        return inner;
    }
    const Json *string = NULL;
    Err err = {0};
    // A type that is looked for before the walk may hold a bad escape, which the walk then tells.
    bool ok = json_read_data(&worker->block, json, &worker->plan->options.limits, &string, &err);
    return ok ? string->string : (Str){0};
}

bool worker_locate(Worker *worker, Str text, Err *err)
{
    const Json *unused = NULL;
    Err placed = {0};
    ArenaMark mark = arena_mark(&worker->scratch);
    if (!json_read_data(&worker->scratch, text, &worker->plan->options.limits, &unused, &placed)) {
        *err = placed;
    } else if (err->at.col == 0) {
        err->at = (Span){1, 1};
    }
    arena_rewind(&worker->scratch, mark);
    return false;
}

ShredResult worker_shred(Worker *worker, const JsonIndex *index, WorkerRow *row, Err *err)
{
    WorkerType *type = row->type;
    Str meta[META_COUNT];
    uint32_t at = type->table.elements[SPACE_ROOT]->count;
    if (!shred_row(&worker->shredder, &type->table, index, meta, err)) {
        table_truncate(&type->table, at);
        return SHRED_BROKEN;
    }
    Str name = worker_string(worker, meta[META_TYPE]);
    if (!str_eq(name, type->plan->written)) {
        // A second "type", or one written with escapes: the last one counts.
        table_truncate(&type->table, at);
        row->type = worker_type(worker, name);
        return SHRED_OTHER_TYPE;
    }
    row->row = at;
    row->id = worker_string(worker, meta[META_ID]);
    row->id_json = row->id.len != 0 ? meta[META_ID] : (Str){0};
    row->name = worker_string(worker, meta[META_NAME]);
    row->location = worker_string(worker, meta[META_LOCATION]);
    return SHRED_DONE;
}

bool worker_read(Worker *worker, Str text, WorkerRow *ret_row, Err *err)
{
    JsonIndex index = {0};
    if (!json_index(worker->indexer, text, &index, err)) {
        return worker_locate(worker, text, err);
    }
    WorkerRow row = {.text = text};
    row.type = worker_type(worker, worker_string(worker, shred_find_type(&index)));
    ShredResult result = SHRED_OTHER_TYPE;
    while (result == SHRED_OTHER_TYPE) {
        result = worker_shred(worker, &index, &row, err);
    }
    if (result == SHRED_BROKEN) {
        return worker_locate(worker, text, err);
    }
    *ret_row = row;
    evaluator_row(&row.type->ev, row.row, row.id, row.text);
    return true;
}

void worker_done(Worker *worker, const WorkerRow *row)
{
    if (!row->type->table.is_view) {
        table_truncate(&row->type->table, row->row);
    }
    (void)worker;
}

void worker_recall(Worker *worker, const OpenCandidate *open, WorkerRow *ret_row)
{
    Err unused = {0};
    if (open->row == NONE) {
        ASSERT(worker_read(worker, open->text, ret_row, &unused)); // it was read before
        return;
    }
    *ret_row = (WorkerRow){.type = worker->types[open->type->number],
                           .row = open->row,
                           .id = open->id,
                           .text = open->text};
    evaluator_row(&ret_row->type->ev, open->row, open->id, open->text);
}
