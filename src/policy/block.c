// SPDX-License-Identifier: Apache-2.0
// A block of lines: index them all, then type by type shred the rows into columns and decide rule
// by rule over them (decide.c), then emit in input order (emit.c). Doing the same thing many times
// in a row is what the processor predicts well; line by line costs nearly twice as much.
#include <stdlib.h>
#include <string.h>

#include "policy/block.h"

#define JOIN_BYTES_DEFAULT ((uint64_t)4 << 30)

static bool is_blank(Str line)
{
    for (size_t i = 0; i < line.len; i++) {
        if (line.ptr[i] != ' ' && line.ptr[i] != '\t' && line.ptr[i] != '\r') {
            return false;
        }
    }
    return true;
}

static void mark_bad(Worker *worker, BlockRow *row, const Err *err)
{
    row->bad_column = err->at.col != 0 ? err->at.col : 1;
    row->bad_reason = str_copy(&worker->block, str_from_cstr(err->text));
}

// ---- index ----

static bool index_line(Worker *worker, BlockRow *row, JsonIndex *index, Err *err)
{
    size_t bytes_max = worker->plan->options.limits.bytes_max;
    Str text = row->row.text;
    if (text.len > bytes_max) {
        return err_set(err, ERR_LIMIT, (Span){1, 1},
                       "a resource of %zu bytes; %zu are allowed (--max-document-bytes)", text.len,
                       bytes_max);
    }
    return json_index(worker->indexer, text, index, err) || worker_locate(worker, text, err);
}

static void add_line(Worker *worker, Str text, uint64_t line)
{
    RESERVE(worker->rows, 1);
    BlockRow *row = &worker->rows.at[worker->rows.count++];
    *row = (BlockRow){.row = {.text = text}, .line = line};
    JsonIndex index = {0};
    Err err;
    err.kind = ERR_NONE;
    err.at = (Span){0};
    if (!index_line(worker, row, &index, &err)) {
        mark_bad(worker, row, &err);
        return;
    }
    row->row.type = worker_type(worker, worker_string(worker, shred_find_type(&index)));
    ASSERT(index.at != NULL);
    row->index_at = worker->indexes.count;
    row->index_count = index.count;
    RESERVE(worker->indexes, (size_t)index.count + 2);
    memcpy(worker->indexes.at + row->index_at, index.at, sizeof(uint32_t) * (index.count + 2));
    worker->indexes.count += (size_t)index.count + 2;
}

void block_read(Worker *worker, Str block, uint64_t first_line)
{
    for (uint64_t line = first_line; block.len != 0; line++) {
        const char *end = memchr(block.ptr, '\n', block.len);
        size_t len = end != NULL ? (size_t)(end - block.ptr) : block.len;
        Str text = {block.ptr, len};
        if (!is_blank(text)) {
            bool near_end = block.len - len <= SHRED_PADDING; // reading on would leave the block
            add_line(worker, near_end ? worker_pad(&worker->block, text) : text, line);
        }
        block = str_from(block, len + 1);
    }
}

// ---- shred ----

// Lists the rows of each type.
static void list_unread(Worker *worker)
{
    for (uint32_t t = 0; t < worker->type_by_name.count; t++) {
        WorkerType *type = worker->types[t];
        type->unread = NULL;
        type->tail = &type->unread;
        type->first = type->table.elements[SPACE_ROOT]->count;
    }
    for (size_t i = 0; i < worker->rows.count; i++) {
        BlockRow *row = &worker->rows.at[i];
        if (row->bad_column == 0) {
            *row->row.type->tail = row;
            row->row.type->tail = &row->next;
        }
    }
}

// Tells the types which rows of the block theirs are. Shredding can turn a row to another type, or
// out, so this is known only afterwards.
static void number_rows(Worker *worker)
{
    uint32_t **rows = NEW_ARRAY(&worker->block, uint32_t *, (size_t)worker->type_by_name.count + 1);
    for (uint32_t t = 0; t < worker->type_by_name.count; t++) {
        WorkerType *type = worker->types[t];
        type->count = type->table.elements[SPACE_ROOT]->count - type->first;
        rows[t] = NEW_ARRAY(&worker->block, uint32_t, (size_t)type->count + 1);
        type->rows = rows[t];
        type->containers = NEW_ARRAY(&worker->block, uint8_t, (size_t)type->count + 1);
    }
    for (size_t i = 0; i < worker->rows.count; i++) {
        const WorkerRow *row = &worker->rows.at[i].row;
        if (worker->rows.at[i].bad_column == 0) {
            rows[row->type->number][row->row - row->type->first] = (uint32_t)i;
        }
    }
}

static void shred_line(Worker *worker, BlockRow *row)
{
    JsonIndex index = {
        .text = row->row.text,
        .at = worker->indexes.at + row->index_at,
        .count = row->index_count,
    };
    Err err;
    err.kind = ERR_NONE;
    err.at = (Span){0};
    switch (worker_shred(worker, &index, &row->row, &err)) {
    case SHRED_DONE:
        break;
    case SHRED_OTHER_TYPE:
        shred_line(worker, row); // once: now the type is right
        break;
    case SHRED_BROKEN:
        (void)worker_locate(worker, row->row.text, &err);
        mark_bad(worker, row, &err);
        break;
    }
}

// ---- the block ----

void block_shred(Worker *worker)
{
    list_unread(worker);
    for (uint32_t t = 0; t < worker->type_by_name.count; t++) {
        BlockRow *row = worker->types[t]->unread;
        while (row != NULL) {
            BlockRow *next = row->next;
            shred_line(worker, row);
            row = next;
        }
    }
    number_rows(worker);
}

void block_forget(Worker *worker, ArenaMark mark)
{
    worker->rows.count = 0;
    worker->indexes.count = 0;
    worker->messages.count = 0;
    arena_rewind(&worker->block, mark);
}

bool worker_run(Worker *worker, Str block, uint64_t first_line, uint64_t block_index,
                const PolicySink *sink, Err *err)
{
    uint64_t bytes_max = worker->plan->options.join_bytes_max;
    bytes_max = bytes_max != 0 ? bytes_max : JOIN_BYTES_DEFAULT;
    ArenaMark mark = arena_mark(&worker->block);
    pending_begin_block(&worker->pending, block_index, first_line);
    block_read(worker, block, first_line);
    block_shred(worker);
    block_judge(worker);
    block_emit(worker, sink);
    for (uint32_t t = 0; t < worker->type_by_name.count; t++) {
        table_truncate(&worker->types[t]->table, 0);
        evaluator_turn_block(&worker->types[t]->ev);
    }
    block_forget(worker, mark);
    uint64_t bytes =
        join_bytes(&worker->join) + pending_bytes(&worker->pending) + worker->arena.used_bytes;
    if (bytes > bytes_max) {
        return err_set(err, ERR_LIMIT, (Span){0},
                       "related resources need more than %llu bytes of memory (--max-memory)",
                       (unsigned long long)bytes_max);
    }
    return true;
}
