// SPDX-License-Identifier: Apache-2.0
// Hot: one inventory kept as columns and assessed again and again. The rows are read once by a
// worker that does not let go of them; each assessment looks at its tables through views.
#include <stdlib.h>

#include "policy/block.h"

typedef struct LoadedRow {
    uint32_t type; // number in the loading worker
    uint32_t row;
    uint64_t line;
    Str id;
    Str name;
    Str location;
} LoadedRow;

struct Loaded {
    Worker *worker; // whose tables keep the rows
    Arena arena;
    struct {
        LoadedRow *at;
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

void loaded_close(Loaded *loaded)
{
    worker_close(loaded->worker);
    arena_free(&loaded->arena);
    free(loaded->rows.at);
    free(loaded);
}

void loaded_add(Loaded *loaded, Str block, uint64_t first_line, const PolicySink *sink)
{
    Worker *worker = loaded->worker;
    ArenaMark mark = arena_mark(&worker->block);
    block_read(worker, block, first_line);
    block_shred(worker);
    for (size_t i = 0; i < worker->rows.count; i++) {
        const BlockRow *row = &worker->rows.at[i];
        if (row->bad_column != 0) {
            BadLine bad = {row->line, row->bad_column, row->bad_reason};
            sink->bad_line(sink->ctx, &bad);
            continue;
        }
        RESERVE(loaded->rows, 1);
        loaded->rows.at[loaded->rows.count++] = (LoadedRow){
            .type = row->row.type->number,
            .row = row->row.row,
            .line = row->line,
            .id = str_copy(&loaded->arena, row->row.id),
            .name = str_copy(&loaded->arena, row->row.name),
            .location = str_copy(&loaded->arena, row->row.location),
        };
    }
    block_forget(worker, mark);
}

// The worker's tables over the loaded ones.
static bool view_types(Worker *worker, const Loaded *loaded, WorkerType ***ret_types, Err *err)
{
    const Worker *source = loaded->worker;
    WorkerType **types = NEW_ARRAY(&worker->arena, WorkerType *, source->type_by_name.count + 1);
    for (uint32_t t = 0; t < source->type_by_name.count; t++) {
        types[t] = worker_type(worker, source->type_by_name.entries[t].key);
        Table *table = &types[t]->table;
        table_close(table);
        if (!table_view(table, types[t]->plan, &source->types[t]->table)) {
            table_open(table, types[t]->plan, 0);
            return err_set(err, ERR_SCHEMA, (Span){0},
                           "a rule reads a path of %.*s that was not loaded",
                           STR_ARG(types[t]->plan->type));
        }
    }
    *ret_types = types;
    return true;
}

bool loaded_assess(const Loaded *loaded, Plan *plan, const PolicySink *sink, Err *err)
{
    enum { BATCH = 4096 };
    Worker *worker = worker_open(plan, 0);
    WorkerType **types = NULL;
    bool good = view_types(worker, loaded, &types, err) && types != NULL;
    pending_begin_block(&worker->pending, 0, 0);
    for (size_t at = 0; good && at < loaded->rows.count; at += BATCH) {
        size_t end = loaded->rows.count - at < BATCH ? loaded->rows.count : at + BATCH;
        ArenaMark mark = arena_mark(&worker->block);
        block_unlist(worker);
        RESERVE(worker->rows, end - at);
        for (size_t i = at; i < end; i++) {
            const LoadedRow *from = &loaded->rows.at[i];
            BlockRow *row = &worker->rows.at[worker->rows.count++];
            *row = (BlockRow){.line = from->line};
            row->row = (WorkerRow){.type = types[from->type],
                                   .row = from->row,
                                   .id = from->id,
                                   .name = from->name,
                                   .location = from->location};
            block_enlist(row);
        }
        block_judge(worker);
        block_emit(worker, sink);
        block_forget(worker, mark);
    }
    if (good) {
        plan_finish(plan, &worker, 1, sink);
    }
    worker_close(worker);
    return good;
}
