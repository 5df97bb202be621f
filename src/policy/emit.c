// SPDX-License-Identifier: Apache-2.0
// What was decided of a block's rows: worded rule by rule, then handed to the sink in input order,
// with writes that contradict each other found and rows that wait for the join put aside.
#include "base/swar.h"
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

// Whether the join will need the resource as its text has it.
static bool needs_text(const Worker *worker, const WorkerRow *row, uint32_t count)
{
    if (!row->type->plan->reads_whole) {
        return false;
    }
    bool tells = row->id.len != 0 && row->name.len != 0 && row->location.len != 0 &&
                 row->type->plan->written.len != 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t rule = row->type->plan->rules[worker->waiting[i].plan].rule;
        const RuleInfo *info = &worker->plan->rules[rule];
        if (info->reads_text || (info->reads_primary && !tells)) {
            return true;
        }
    }
    return false;
}

static void wait_for_join(Worker *worker, const BlockRow *row, uint32_t tag, uint32_t count)
{
    const WorkerRow *at = &row->row;
    PendingRow pending = {
        .type = at->type->number,
        .tag = tag,
        .line = row->line,
        .id = at->id,
        .id_json = at->id_json,
        .name = at->name,
        .location = at->location,
        .text = at->text,
        .needs_text = needs_text(worker, at, count),
        .stays = row,
        .rules = worker->waiting,
        .rule_count = count,
    };
    pending_push(&worker->pending, &pending);
}

static const Evidence *words_of(Worker *worker, WorkerType *type, uint32_t row, uint32_t leaf)
{
    const Evidence *known = eval_known_words(&type->ev, leaf, row);
    if (known != NULL) {
        return known;
    }
    const WorkerRow *at = &worker_row(worker, type, row)->row;
    evaluator_row(&type->ev, row, at->id, at->text);
    return eval_worded(&type->ev, leaf, &worker->block);
}

// Words what the deciding leaves saw, rule by rule: rows of a type mostly show the same.
static void word_rule(Worker *worker, WorkerType *type, uint32_t plan)
{
    const Outcomes *outcomes = &type->outcomes;
    const uint32_t *leaves = outcomes->details + (size_t)plan * outcomes->count;
    const Evidence **evidence = outcomes->evidence + (size_t)plan * outcomes->count;
    type->ev.rule = worker->plan->rules[type->rules[plan]].assigned;
    for (uint32_t at = 0; at < outcomes->count; at++) {
        if (*outcome_state(outcomes, at, plan) == STATE_NON_COMPLIANT && leaves[at] != NONE) {
            evidence[at] = words_of(worker, type, outcomes->first + at, leaves[at]);
        }
    }
}

static void word_block(Worker *worker)
{
    for (uint32_t t = 0; t < worker->type_by_name.count; t++) {
        WorkerType *type = worker->types[t];
        if (type->count == 0) {
            continue;
        }
        size_t cells = (size_t)type->plan->rule_count * type->outcomes.count;
        type->outcomes.evidence = NEW_ARRAY(&worker->block, const Evidence *, cells + 1);
        for (uint32_t plan = 0; plan < type->plan->rule_count; plan++) {
            word_rule(worker, type, plan);
        }
    }
}

// Few results have one: those that neither hold nor break.
static Str message_of(const Worker *worker, State state, const uint32_t *detail)
{
    bool has_none = state == STATE_COMPLIANT || state == STATE_NON_COMPLIANT || *detail == NONE;
    return has_none ? (Str){0} : worker->messages.at[*detail];
}

// A row's results in worker->results, and the rules it waits with in worker->waiting.
typedef struct Said {
    uint32_t count;
    uint32_t waiting;
} Said;

static inline void add_outcome(Worker *worker, const WorkerRow *row, uint32_t plan, Said *said)
{
    const WorkerType *type = row->type;
    const Outcomes *outcomes = &type->outcomes;
    uint32_t position = row->row - outcomes->first;
    size_t cell = (size_t)plan * outcomes->count + position;
    uint8_t state = *outcome_state(outcomes, position, plan);
    if (state == OUTCOME_WAITS) {
        evaluator_row(&row->type->ev, row->row, row->id, row->text);
        worker->waiting[said->waiting++] = worker_pending(worker, row, plan);
        return;
    }
    worker->results[said->count] = (RuleResult){
        .rule = type->rules[plan],
        .state = (State)state,
        .evidence = outcomes->evidence != NULL ? outcomes->evidence[cell] : NULL,
        .message = message_of(worker, (State)state, &outcomes->details[cell]),
    };
    worker->plans[said->count++] = &type->plan->rules[plan];
}

// Which of eight rules say something of a row: the high bit of each one's byte.
static uint64_t saying(const uint8_t *states)
{
    return ((swar_load_little(states) ^ SWAR_ONES * OUTCOME_NONE) + SWAR_ONES * 0x7f) & SWAR_HIGH;
}

// Rules apply here and there, so they are not asked one after the other.
static Said gather(Worker *worker, const WorkerRow *row)
{
    const Outcomes *outcomes = &row->type->outcomes;
    const uint8_t *states = outcome_state(outcomes, row->row - outcomes->first, 0);
    Said said = {0};
    for (uint32_t first = 0; first < outcomes->stride; first += 8) {
        for (uint64_t left = saying(states + first); left != 0; left &= left - 1) {
            add_outcome(worker, row, first + (uint32_t)__builtin_ctzll(left) / 8, &said);
        }
    }
    if (row->type->conflicts) {
        find_conflicts(worker->results, worker->plans, said.count);
    }
    return said;
}

static void emit_row(Worker *worker, const BlockRow *row, const PolicySink *sink)
{
    const WorkerRow *at = &row->row;
    Said said = gather(worker, at);
    ResourceRow out = {
        .id = at->id,
        .id_json = at->id_json,
        .name = at->name,
        .type = at->type->plan->written,
        .location = at->location,
        .text = at->text,
        .line = row->line,
        .waits = said.waiting != 0,
    };
    uint32_t tag = sink->row(sink->ctx, &out, worker->results, said.count);
    if (said.waiting != 0) {
        wait_for_join(worker, row, tag, said.waiting);
    }
}

void block_emit(Worker *worker, const PolicySink *sink)
{
    if (!sink->verdicts_only) {
        word_block(worker);
    }
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
