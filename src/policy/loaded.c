// SPDX-License-Identifier: Apache-2.0
// Hot: one inventory kept as columns and assessed again and again. The rows are read once by a
// worker that does not let go of them; each assessment is a worker whose types sit where the rows
// say they are and whose tables are views.
#include <stdlib.h>

#include "policy/block.h"

// A resource type of the inventory.
typedef struct LoadedType {
    WorkerType seat; // of whoever assesses
    struct {
        uint32_t *at; // by row of the table: which of the inventory it is
        size_t count;
        size_t cap;
    } rows;
    struct {
        uint8_t *at; // of these rows: what eval_containers says
        size_t count;
        size_t cap;
    } containers;
    Map asked;          // what leaves ask of values → index into verdicts
    Verdicts *verdicts; // as the last assessment left them: values do not change
    uint32_t verdict_cap;
    PlaceList places; // of these rows; none when no rule looks for related resources
} LoadedType;

struct Loaded {
    Worker *worker; // whose tables keep the rows
    Arena arena;
    LoadedType **types; // as the worker's
    uint32_t type_count;
    uint32_t type_cap;
    struct {
        BlockRow *at; // their types are the seats
        size_t count;
        size_t cap;
    } rows;
};

Loaded *loaded_open(Plan *plan)
{
    Loaded *loaded = calloc(1, sizeof(Loaded));
    ASSERT(loaded != NULL);
    loaded->worker = worker_open(plan, 0);
    arena_init(&loaded->arena, SIZE_MAX);
    return loaded;
}

static void drop_verdicts(LoadedType *type)
{
    for (uint32_t i = 0; i < type->asked.count; i++) {
        free(type->verdicts[i].of);
        type->verdicts[i] = (Verdicts){0};
    }
}

void loaded_close(Loaded *loaded)
{
    for (uint32_t t = 0; t < loaded->type_count; t++) {
        free(loaded->types[t]->rows.at);
        free(loaded->types[t]->containers.at);
        drop_verdicts(loaded->types[t]);
    }
    worker_close(loaded->worker);
    arena_free(&loaded->arena);
    free(loaded->rows.at);
    free(loaded);
}

static void add_types(Loaded *loaded)
{
    while (loaded->type_count < loaded->worker->type_by_name.count) {
        ARENA_ROOM(&loaded->arena, loaded->types, loaded->type_count, loaded->type_cap);
        LoadedType *type = NEW(&loaded->arena, LoadedType);
        map_init(&type->asked, &loaded->arena, MAP_EXACT);
        loaded->types[loaded->type_count++] = type;
    }
}

// The id stands in its JSON unless that has escapes.
static void keep_id(Arena *arena, WorkerRow *row)
{
    bool is_plain = row->id.len != 0 && row->id.ptr == row->id_json.ptr + 1;
    row->id_json = str_copy(arena, row->id_json);
    row->id = is_plain ? (Str){row->id_json.ptr + 1, row->id.len} : str_copy(arena, row->id);
}

static void add_row(Loaded *loaded, const BlockRow *from)
{
    RESERVE(loaded->rows, 1);
    BlockRow *row = &loaded->rows.at[loaded->rows.count];
    LoadedType *type = loaded->types[from->row.type->number];
    bool whole = from->row.type->plan->reads_whole;
    *row = (BlockRow){.row = from->row, .line = from->line};
    row->row.type = &type->seat;
    keep_id(&loaded->arena, &row->row);
    row->row.name = str_copy(&loaded->arena, from->row.name);
    row->row.location = str_copy(&loaded->arena, from->row.location);
    row->row.text = whole ? str_copy(&loaded->arena, from->row.text) : (Str){0};
    RESERVE(type->rows, 1);
    type->rows.at[type->rows.count++] = (uint32_t)loaded->rows.count++;
    RESERVE(type->containers, 1);
    type->containers.at[type->containers.count++] = (uint8_t)eval_containers(row->row.id);
    if (loaded->worker->plan->related_types.count != 0) {
        place_list_add(&type->places, &loaded->arena, &loaded->worker->parts, row->row.id,
                       from->row.type->candidacy.has_named);
    }
}

void loaded_add(Loaded *loaded, Str block, uint64_t first_line, const PolicySink *sink)
{
    Worker *worker = loaded->worker;
    ArenaMark mark = arena_mark(&worker->block);
    block_read(worker, block, first_line);
    block_shred(worker);
    add_types(loaded);
    for (size_t i = 0; i < worker->rows.count; i++) {
        const BlockRow *row = &worker->rows.at[i];
        if (row->bad_column != 0) {
            BadLine bad = {row->line, row->bad_column, row->bad_reason};
            sink->bad_line(sink->ctx, &bad);
            continue;
        }
        ASSERT(row->row.row == loaded->types[row->row.type->number]->rows.count);
        add_row(loaded, row);
    }
    block_forget(worker, mark);
}

static bool not_loaded(Err *err, const char *what, Str type)
{
    return err_set(err, ERR_SCHEMA, (Span){0}, "a rule reads %s %.*s that was not loaded", what,
                   STR_ARG(type));
}

// The worker's types are the seats, and their tables views of the loaded ones.
static bool seat_types(Worker *worker, const Loaded *loaded, Err *err)
{
    const Worker *source = loaded->worker;
    uint32_t candidates = 0;
    for (uint32_t t = 0; t < loaded->type_count; t++) {
        WorkerType *seat = &loaded->types[t]->seat;
        const PlaceList *places = &loaded->types[t]->places;
        worker_seat(worker, source->type_by_name.entries[t].key, seat);
        seat->places = places->row_count != 0 ? places : NULL;
        candidates += seat->plan->candidate_count != 0 ? places->row_count : 0;
        table_close(&seat->table);
        if (!table_view(&seat->table, seat->plan, &source->types[t]->table)) {
            table_open(&seat->table, seat->plan, 0);
            return not_loaded(err, "a path of", seat->plan->type);
        }
        if (seat->plan->reads_whole && !source->types[t]->plan->reads_whole) {
            return not_loaded(err, "the whole of", seat->plan->type);
        }
    }
    join_expect(&worker->join, candidates); // most are asked for at one place
    return true;
}

// The rows [at, end) of the inventory are the block at hand.
static void take_batch(Worker *worker, const Loaded *loaded, size_t at, size_t end)
{
    worker->rows.at = loaded->rows.at + at;
    worker->rows.count = end - at;
    worker->rows_start = (uint32_t)at;
    for (uint32_t t = 0; t < loaded->type_count; t++) {
        const LoadedType *type = loaded->types[t];
        WorkerType *seat = worker->types[t];
        seat->first += seat->count;
        seat->rows = type->rows.at + seat->first;
        seat->containers = type->containers.at + seat->first;
        seat->count = 0;
        while (seat->first + seat->count < type->rows.count && seat->rows[seat->count] < end) {
            seat->count++;
        }
    }
}

// What was decided of values for the same question, by whatever plan, stays decided.
static void lend_verdicts(LoadedType *type)
{
    const TypePlan *plan = type->seat.plan;
    for (uint32_t i = 0; i < plan->leaf_count; i++) {
        uint32_t at = map_find(&type->asked, plan->leaves[i].asks);
        if (at != MAP_NONE) {
            type->seat.ev.verdicts[i] = type->verdicts[at];
            type->verdicts[at] = (Verdicts){0};
        }
    }
}

// Takes them back, and new ones; what nobody asked this time is dropped.
static void keep_verdicts(Arena *arena, LoadedType *type)
{
    const TypePlan *plan = type->seat.plan;
    drop_verdicts(type);
    for (uint32_t i = 0; i < plan->leaf_count; i++) {
        Verdicts *verdicts = &type->seat.ev.verdicts[i];
        if (verdicts->of == NULL || plan->leaves[i].asks.len == 0) {
            continue;
        }
        uint32_t at = map_intern(&type->asked, plan->leaves[i].asks);
        ARENA_ROOM(arena, type->verdicts, at, type->verdict_cap); // at is at most one past the last
        free(type->verdicts[at].of); // of the same question about another anchor
        type->verdicts[at] = *verdicts;
        *verdicts = (Verdicts){0};
    }
}

bool loaded_assess(Loaded *loaded, Plan *plan, const PolicySink *sink, Err *err)
{
    enum { BATCH = 8192 };
    Worker *worker = worker_open(plan, 0);
    bool good = seat_types(worker, loaded, err);
    for (uint32_t t = 0; good && t < loaded->type_count; t++) {
        lend_verdicts(loaded->types[t]);
    }
    pending_stay(&worker->pending);
    pending_begin_block(&worker->pending, 0, 0);
    for (size_t at = 0; good && at < loaded->rows.count; at += BATCH) {
        size_t end = loaded->rows.count - at < BATCH ? loaded->rows.count : at + BATCH;
        ArenaMark mark = arena_mark(&worker->block);
        take_batch(worker, loaded, at, end);
        block_judge(worker);
        block_emit(worker, sink);
        block_forget(worker, mark);
    }
    worker->rows.at = NULL; // they stay the inventory's
    worker->rows.cap = 0;
    if (good) {
        plan_finish(plan, &worker, 1, sink);
    }
    for (uint32_t t = 0; good && t < loaded->type_count; t++) {
        keep_verdicts(&loaded->arena, loaded->types[t]);
    }
    worker_close(worker);
    return good;
}
