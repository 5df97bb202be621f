// SPDX-License-Identifier: Apache-2.0
// What was decided of a block's rows, handed to the sink in input order: results worded, writes
// that contradict each other found, rows that wait for the join put aside.
#include "policy/block.h"

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
        .waits = waiting != 0,
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
