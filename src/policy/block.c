// SPDX-License-Identifier: Apache-2.0
// A block of lines: index them all, then type by type shred the rows into columns and decide rule
// by rule over them (decide.c), then emit in input order. Doing the same thing many times in a row
// is what the processor predicts well; doing it line by line costs nearly twice as much.
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

void block_unlist(Worker *worker)
{
    for (uint32_t t = 0; t < worker->type_by_name.count; t++) {
        worker->types[t]->first = NULL;
        worker->types[t]->tail = &worker->types[t]->first;
    }
}

void block_enlist(BlockRow *row)
{
    WorkerType *type = row->row.type;
    row->next = NULL;
    *type->tail = row;
    type->tail = &row->next;
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

// ---- emit ----

// Two modify rules that deny on conflict and write the same field contradict each other.
static bool writes_meet(const RulePlan *a, const RulePlan *b)
{
    for (uint32_t i = 0; i < a->write_count; i++) {
        for (uint32_t k = 0; k < b->write_count; k++) {
            if (str_eq_nocase(a->writes[i], b->writes[k])) {
                return true;
            }
        }
    }
    return false;
}

static void find_conflicts(RuleResult *results, const RulePlan *const *plans, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t k = i + 1; k < count && plans[i]->write_count != 0; k++) {
            bool both =
                results[i].state <= STATE_CONFLICTING && results[k].state <= STATE_CONFLICTING;
            if (both && writes_meet(plans[i], plans[k])) {
                results[i].state = results[k].state = STATE_CONFLICTING;
            }
        }
    }
}

static void wait_for_join(Worker *worker, const BlockRow *row, uint32_t tag, uint32_t count)
{
    const WorkerRow *at = &row->row;
    bool whole = false; // a rule will need the resource itself
    for (uint32_t i = 0; i < count; i++) {
        const RulePlan *rule = &at->type->plan->rules[worker->waiting[i].plan];
        whole = whole || worker->plan->rules[rule->rule].reads_primary;
    }
    PendingRow pending = {
        .type = at->type->number,
        .tag = tag,
        .line = row->line,
        .id = at->id,
        .id_json = at->id_json,
        .name = at->name,
        .location = at->location,
        .text = whole ? at->text : (Str){0},
        .rules = worker->waiting,
        .rule_count = count,
    };
    pending_push(&worker->pending, &pending);
}

static void word(Worker *worker, const BlockRow *row, const RulePlan *rule, State state,
                 uint32_t detail, const PolicySink *sink, RuleResult *result)
{
    *result = (RuleResult){.rule = rule->rule, .state = state};
    if (detail == NONE) {
        return;
    }
    if (state != STATE_NON_COMPLIANT) {
        result->message = worker->messages.at[detail];
    } else if (!sink->verdicts_only) {
        row->row.type->ev.rule = worker->plan->rules[rule->rule].assigned;
        result->evidence = eval_worded(&row->row.type->ev, detail);
    }
}

static void emit_row(Worker *worker, const BlockRow *row, const PolicySink *sink)
{
    const WorkerRow *at = &row->row;
    const TypePlan *plan = at->type->plan;
    const Outcomes *outcomes = &at->type->outcomes;
    uint32_t count = 0;
    uint32_t waiting = 0;
    uint32_t writers = 0;
    evaluator_row(&at->type->ev, at->row, at->id, at->text);
    size_t cell = at->row - outcomes->first;
    for (uint32_t i = 0; i < plan->rule_count; i++, cell += outcomes->count) {
        uint8_t state = outcomes->states[cell];
        if (state == OUTCOME_NONE) {
            continue;
        }
        if (state == OUTCOME_WAITS) {
            worker->waiting[waiting++] = worker_pending(worker, at, i);
            continue;
        }
        word(worker, row, &plan->rules[i], (State)state, outcomes->details[cell], sink,
             &worker->results[count]);
        worker->plans[count] = &plan->rules[i];
        writers += worker->plans[count++]->write_count != 0 ? 1 : 0;
    }
    if (writers > 1) {
        find_conflicts(worker->results, worker->plans, count);
    }
    ResourceRow out = {
        .id = at->id,
        .id_json = at->id_json,
        .name = at->name,
        .type = at->type->plan->written,
        .location = at->location,
        .text = at->text,
        .line = row->line,
    };
    uint32_t tag = sink->row(sink->ctx, &out, worker->results, count);
    if (waiting != 0) {
        wait_for_join(worker, row, tag, waiting);
    }
}

void block_emit(Worker *worker, const PolicySink *sink)
{
    for (size_t i = 0; i < worker->rows.count; i++) {
        const BlockRow *row = &worker->rows.at[i];
        if (row->bad_column != 0) {
            BadLine bad = {row->line, row->bad_column, row->bad_reason};
            sink->bad_line(sink->ctx, &bad);
            continue;
        }
        ArenaMark mark = arena_mark(&worker->scratch);
        emit_row(worker, row, sink);
        arena_rewind(&worker->scratch, mark);
    }
}

// ---- the block ----

void block_shred(Worker *worker)
{
    block_unlist(worker);
    for (size_t i = 0; i < worker->rows.count; i++) {
        if (worker->rows.at[i].bad_column == 0) {
            block_enlist(&worker->rows.at[i]);
        }
    }
    // Shredding can turn a row to another type, or out: lists are made anew from what stays.
    for (uint32_t t = 0; t < worker->type_by_name.count; t++) {
        BlockRow *row = worker->types[t]->first;
        while (row != NULL) {
            BlockRow *next = row->next;
            shred_line(worker, row);
            row = next;
        }
    }
    block_unlist(worker);
    for (size_t i = 0; i < worker->rows.count; i++) {
        if (worker->rows.at[i].bad_column == 0) {
            block_enlist(&worker->rows.at[i]);
        }
    }
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
