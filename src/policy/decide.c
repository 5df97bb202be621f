// SPDX-License-Identifier: Apache-2.0
// What the rules of a type say of its rows in a block: rule by rule in a sweep, and what a sweep
// cannot settle (no value, a path that is missing) row by row.
#include <stdlib.h>
#include <string.h>

#include "policy/block.h"
#include "policy/sweep.h"

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
    State state = worker_judge(worker, sweep_row(sweep, position), rule, &waits, &leaf, &message);
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
        if (worker_covers(worker, sweep_row(sweep, at), rule->rule)) {
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

static void set_states(const Outcomes *outcomes, uint32_t plan, uint64_t rows, uint32_t w,
                       uint8_t state)
{
    for (; rows != 0; rows &= rows - 1) {
        *outcome_state(outcomes, w * 64 + sweep_lowest(rows), plan) = state;
    }
}

static void judge_rule(Worker *worker, Sweep *sweep, const WorkerType *type, uint32_t plan)
{
    const RulePlan *rule = &type->plan->rules[plan];
    const Outcomes *outcomes = &type->outcomes;
    uint32_t *details = outcomes->details + (size_t)plan * outcomes->count;
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
        set_states(outcomes, plan, holds[w] & ~asked, w, held);
        set_states(outcomes, plan, applies[w] & ~asked, w, STATE_COMPLIANT);
        for (uint64_t left = asked; left != 0; left &= left - 1) {
            uint32_t at = w * 64 + sweep_lowest(left);
            judge(worker, sweep, rule, at, outcome_state(outcomes, at, plan), &details[at]);
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
            for (uint64_t left = ends.accept[w]; left != 0; left &= left - 1) {
                satisfied[w * 64 + sweep_lowest(left)] = TRI_TRUE;
            }
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
    if (type->count == 0) {
        return;
    }
    Sweep sweep;
    sweep_open(&sweep, worker, type);
    uint32_t stride = (type->plan->rule_count + 7) / 8 * 8;
    size_t cells = (size_t)sweep.count * type->plan->rule_count;
    size_t states = (size_t)sweep.count * stride;
    type->outcomes = (Outcomes){.first = sweep.first,
                                .count = sweep.count,
                                .stride = stride,
                                .states = NEW_ARRAY(&worker->block, uint8_t, states + 1),
                                .details = NEW_ARRAY(&worker->block, uint32_t, cells + 1)};
    memset(type->outcomes.states, OUTCOME_NONE, states);
    memset(type->outcomes.details, 0xff, sizeof(uint32_t) * cells); // NONE
    for (uint32_t plan = 0; plan < type->plan->rule_count; plan++) {
        judge_rule(worker, &sweep, type, plan);
    }
    if (type->plan->candidate_count != 0) {
        judge_candidates(worker, &sweep, type);
        worker_add_candidates(worker, type);
    }
}

void block_judge(Worker *worker)
{
    for (uint32_t t = 0; t < worker->type_by_name.count; t++) {
        judge_type(worker, worker->types[t]);
    }
}
