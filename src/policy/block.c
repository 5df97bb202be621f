// SPDX-License-Identifier: Apache-2.0
// A block of lines: index them all, then type by type shred the rows into columns and decide rule
// by rule over them, then emit in input order. Doing the same thing many times in a row is what the
// processor predicts well; doing it line by line costs nearly twice as much.
#include <stdlib.h>
#include <string.h>

#include "policy/block.h"
#include "policy/sweep.h"

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

// ---- decide ----

static uint32_t keep_message(Worker *worker, Str message)
{
    if (message.len == 0) {
        return NONE;
    }
    RESERVE(worker->messages, 1);
    worker->messages.at[worker->messages.count] = message;
    return (uint32_t)worker->messages.count++;
}

// One rule on one row, by the tree where that is needed.
static void judge(Worker *worker, const Sweep *sweep, const RulePlan *rule, uint32_t position,
                  uint8_t *ret_state, uint32_t *ret_detail)
{
    bool waits = false;
    uint32_t leaf = NONE;
    Str message = {0};
    sweep_turn_to(sweep, position);
    State state = worker_judge(worker, &sweep->rows[position]->row, rule, &waits, &leaf, &message);
    *ret_state = (uint8_t)(waits ? OUTCOME_WAITS : state);
    *ret_detail = state == STATE_NON_COMPLIANT ? leaf : keep_message(worker, message);
}

// The rows an assignment covers.
static const uint64_t *covered_rows(Worker *worker, const Sweep *sweep, const RulePlan *rule)
{
    const RuleInfo *info = &worker->plan->rules[rule->rule];
    if (info->cover == NONE && info->assigned->location_filter == NULL) {
        return sweep->all;
    }
    uint64_t *mask = sweep_mask(sweep);
    for (uint32_t at = 0; at < sweep->count; at++) {
        if (info->cover != NONE) {
            worker->covered[info->cover] = 0;
        }
        if (sweep->rows[at] != NULL && worker_covers(worker, &sweep->rows[at]->row, rule->rule)) {
            mask[at / 64] |= (uint64_t)1 << (at & 63);
        }
    }
    return mask;
}

// Rows with an answer that lack a path the rule requires.
static void add_lacking(const Sweep *sweep, const RulePlan *rule, uint64_t *mask)
{
    for (uint32_t i = 0; i < rule->required_count; i++) {
        const uint32_t *ids = sweep->ev->table->columns[rule->required[i]]->ids + sweep->first;
        for (uint32_t at = 0; at < sweep->count; at++) {
            mask[at / 64] |= (uint64_t)(ids[at] == VALUE_MISSING) << (at & 63);
        }
    }
}

static void set_states(uint8_t *states, uint64_t rows, uint32_t w, uint8_t state)
{
    for (; rows != 0; rows &= rows - 1) {
        states[w * 64 + sweep_lowest(rows)] = state;
    }
}

static void judge_rule(Worker *worker, Sweep *sweep, const RulePlan *rule, uint8_t *states,
                       uint32_t *details)
{
    enum { HOLDS, HOLDS_NOT, APPLIES, APPLIES_NOT, FAILED, LACKS, MASKS };
    uint32_t words = sweep->word_count;
    uint64_t *masks = NEW_ARRAY(sweep->arena, uint64_t, (size_t)words * MASKS);
    uint64_t *holds = masks + (size_t)words * HOLDS;
    uint64_t *applies = masks + (size_t)words * APPLIES;
    uint64_t *failed = masks + (size_t)words * FAILED;
    uint64_t *lacks = masks + (size_t)words * LACKS;
    bool broken = rule->when_true == STATE_NON_COMPLIANT && !rule->deferred;
    SweepEnds ends = {.accept = holds,
                      .reject = masks + (size_t)words * HOLDS_NOT,
                      .error = failed,
                      .leaf = broken ? details : NULL};
    SweepEnds where = {
        .accept = applies, .reject = masks + (size_t)words * APPLIES_NOT, .error = failed};
    sweep->ev->rule = worker->plan->rules[rule->rule].assigned;
    sweep_run(sweep, rule->code, rule->code_end, covered_rows(worker, sweep, rule), &ends);
    if (rule->judged) {
        sweep_run(sweep, rule->applies_code, rule->applies_end, ends.reject, &where);
    }
    add_lacking(sweep, rule, lacks);
    uint8_t held = (uint8_t)(rule->deferred ? OUTCOME_WAITS : rule->when_true);
    for (uint32_t w = 0; w < words; w++) {
        uint64_t asked = failed[w] | (lacks[w] & (holds[w] | applies[w]));
        set_states(states, holds[w] & ~asked, w, held);
        set_states(states, applies[w] & ~asked, w, STATE_COMPLIANT);
        for (uint64_t left = asked; left != 0; left &= left - 1) {
            uint32_t at = w * 64 + sweep_lowest(left);
            judge(worker, sweep, rule, at, &states[at], &details[at]);
        }
    }
}

// What the rules that look for this type find in its rows, but those that compare both sides.
static void judge_candidates(Worker *worker, Sweep *sweep, WorkerType *type)
{
    uint32_t words = sweep->word_count;
    type->satisfied =
        NEW_ARRAY(sweep->arena, uint8_t, (size_t)type->plan->candidate_count * sweep->count);
    for (uint32_t c = 0; c < type->plan->candidate_count; c++) {
        const CandidatePlan *candidate = &type->plan->candidates[c];
        uint8_t *satisfied = type->satisfied + (size_t)c * sweep->count;
        if (candidate->open) {
            continue;
        }
        uint64_t *masks = NEW_ARRAY(sweep->arena, uint64_t, (size_t)words * 3);
        SweepEnds ends = {
            .accept = masks, .reject = masks + words, .error = masks + (size_t)words * 2};
        sweep->ev->rule = worker->plan->rules[candidate->rule].assigned;
        sweep_run(sweep, candidate->code, candidate->code_end, sweep->all, &ends);
        for (uint32_t w = 0; w < words; w++) {
            set_states(satisfied, ends.accept[w], w, TRI_TRUE);
            for (uint64_t left = ends.error[w]; left != 0; left &= left - 1) {
                uint32_t at = w * 64 + sweep_lowest(left);
                Err ignored;
                ignored.kind = ERR_NONE;
                ArenaMark mark = arena_mark(&worker->scratch);
                sweep_turn_to(sweep, at);
                satisfied[at] =
                    (uint8_t)eval_condition(sweep->ev, candidate->code, candidate->tree, &ignored);
                arena_rewind(&worker->scratch, mark);
            }
        }
    }
}

static void judge_type(Worker *worker, WorkerType *type)
{
    if (type->first == NULL) {
        return;
    }
    Sweep sweep;
    sweep_open(&sweep, type, &worker->block);
    size_t cells = (size_t)sweep.count * type->plan->rule_count;
    type->outcomes = (Outcomes){.first = sweep.first,
                                .count = sweep.count,
                                .states = NEW_ARRAY(&worker->block, uint8_t, cells + 1),
                                .details = NEW_ARRAY(&worker->block, uint32_t, cells + 1)};
    memset(type->outcomes.states, OUTCOME_NONE, cells);
    memset(type->outcomes.details, 0xff, sizeof(uint32_t) * cells); // NONE
    for (uint32_t plan = 0; plan < type->plan->rule_count; plan++) {
        size_t at = (size_t)plan * sweep.count;
        judge_rule(worker, &sweep, &type->plan->rules[plan], type->outcomes.states + at,
                   type->outcomes.details + at);
    }
    if (type->plan->candidate_count == 0) {
        return;
    }
    judge_candidates(worker, &sweep, type);
    for (BlockRow *row = type->first; row != NULL; row = row->next) {
        evaluator_row(&type->ev, row->row.row, row->row.id, row->row.text);
        ArenaMark mark = arena_mark(&worker->scratch);
        worker_add_candidate(worker, &row->row);
        arena_rewind(&worker->scratch, mark);
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

void block_judge(Worker *worker)
{
    for (uint32_t t = 0; t < worker->type_by_name.count; t++) {
        judge_type(worker, worker->types[t]);
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
